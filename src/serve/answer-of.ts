// What is said of the pictures of one request, and with which status: what went wrong with a picture that came alone went
// wrong with the request; beside others it is said of that picture, and the request has gone wrong when all have.

import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ErrorCode } from "../errors.ts";
import type { Problem } from "../http/problems.ts";
import type { Prediction } from "../index.ts";
import type { Sent } from "./pictures-of.ts";

type Classified = Omit<Extract<Prediction, { readonly classes: unknown }>, "path">;

/** One picture's answer, with its name where it was sent with one. */
export type PictureAnswer = { readonly name?: string } & (Classified | { readonly problem: Problem });

export interface ClassifyAnswer {
  /** In the order in which the pictures were sent. */
  readonly predictions: readonly PictureAnswer[];
}

export interface Answered {
  readonly status: ContentfulStatusCode;
  readonly body: ClassifyAnswer | (Problem & Partial<ClassifyAnswer>);
}

/** @param statusOf - of a problem with a picture */
export function answerOf(
  { pictures, alone }: Sent,
  predictions: readonly Prediction[],
  statusOf: (code: ErrorCode) => ContentfulStatusCode,
): Answered {
  const answers = predictions.map(({ path: _, ...rest }, i): PictureAnswer => {
    const { name } = pictures[i]!;
    return name === undefined ? rest : { name, ...rest };
  });
  const problems = predictions.flatMap((one) => ("problem" in one ? [one.problem] : []));
  const [first] = problems;
  if (first === undefined || problems.length < predictions.length)
    return { status: 200, body: { predictions: answers } };
  return { status: statusOf(first.code), body: alone ? first : { ...first, predictions: answers } };
}
