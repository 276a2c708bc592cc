// Every message a user can meet: code, what was found and what is needed, and one fix that works as typed. The sentences
// stand by area in the folder beside. Bugs of ours are not here: they are plain errors which begin "internal:".

import { auditErrors } from "./errors/audit.ts";
import { dashboardErrors } from "./errors/dashboard.ts";
import { correctionsErrors } from "./errors/corrections.ts";
import { dataErrors } from "./errors/data.ts";
import { engineErrors } from "./errors/engine.ts";
import { exportErrors } from "./errors/export.ts";
import { headErrors } from "./errors/head.ts";
import { httpErrors } from "./errors/http.ts";
import { modelErrors } from "./errors/model.ts";
import { optimizeErrors } from "./errors/optimize.ts";
import { optionsErrors } from "./errors/options.ts";
import { retainErrors } from "./errors/retain.ts";
import { runErrors } from "./errors/run.ts";
import { serveErrors } from "./errors/serve.ts";
import { sourcesErrors } from "./errors/sources.ts";
import { weightsErrors } from "./errors/weights.ts";
import type { Sentence } from "./errors/words.ts";

const catalogue = {
  ...auditErrors,
  ...dashboardErrors,
  ...correctionsErrors,
  ...dataErrors,
  ...engineErrors,
  ...exportErrors,
  ...headErrors,
  ...httpErrors,
  ...modelErrors,
  ...optimizeErrors,
  ...optionsErrors,
  ...retainErrors,
  ...runErrors,
  ...serveErrors,
  ...sourcesErrors,
  ...weightsErrors,
};

export type ErrorCode = keyof typeof catalogue;
type Details<C extends ErrorCode> = Parameters<(typeof catalogue)[C]>[0];

/** What a user can mend. `message` is the whole text; `code` is stable and meant for programs. */
export class ReinceptionError extends Error {
  override readonly name = "ReinceptionError";
  readonly code: ErrorCode;
  readonly found: string;
  readonly fix: string;

  constructor(code: ErrorCode, { found, fix }: Sentence) {
    super(`${code}: ${found}\n${fix}`);
    this.code = code;
    this.found = found;
    this.fix = fix;
  }
}

/** Throws the error of this code. A detail that the message needs and does not get is a compile error. */
export function fail<C extends ErrorCode>(code: C, details: Details<C>): never {
  throw problem(code, details);
}

/** The same error as a value, for what is collected or sent elsewhere instead of thrown. */
export function problem<C extends ErrorCode>(code: C, details: Details<C>): ReinceptionError {
  const write = catalogue[code] as (details: Details<C>) => Sentence;
  return new ReinceptionError(code, write(details));
}
