// What went wrong with a request, as JSON with a status: { code, message, fix }. A fault of ours is printed here and not
// told to whoever asked.

import type { ErrorHandler, Hono, MiddlewareHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ErrorCode, problem, ReinceptionError } from "../errors.ts";

/** Which status says that an error of this code has come of a request. */
export type Statuses = { readonly [C in ErrorCode]?: ContentfulStatusCode };

export const httpStatuses: Statuses = {
  "http/host": 403,
  "http/origin": 403,
  "http/token-missing": 401,
  "http/token-wrong": 401,
  "http/no-such-path": 404,
  "http/method": 405,
  "http/body-too-large": 413,
  "http/body-too-slow": 408,
  "http/body-cut": 400,
};

/** The body of every answer to what went wrong. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
}

export function problemOf({ code, found, fix }: ReinceptionError): Problem {
  return { code, message: found, fix };
}

/** For `app.notFound`. */
export const pathIsUnknown: NotFoundHandler = (c) =>
  c.json(problemOf(problem("http/no-such-path", { method: c.req.method, path: c.req.path })), 404);

/** Middleware: a path that is there for other methods only says which. */
export function methodsKept(app: Hono): MiddlewareHandler {
  return methodNotAllowed({
    app,
    onMethodNotAllowed: (c, allowed) => {
      const { method, path } = c.req;
      return c.json(problemOf(problem("http/method", { method, path, allowed })), 405, { allow: allowed.join(", ") });
    },
  });
}

/**
 * For `app.onError`: an error with a status is an answer, any other a fault of ours.
 *
 * @param statuses - of the codes that this server knows besides http/...
 * @param report - takes what is to be known of a fault
 */
export function errorsAnswered(
  statuses: Statuses = {},
  report: (text: string) => void = (text) => console.error(text),
): ErrorHandler {
  return (error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (error instanceof ReinceptionError) {
      const status = statuses[error.code] ?? httpStatuses[error.code];
      if (status !== undefined) return c.json(problemOf(error), status);
    }
    report(error.stack ?? error.message);
    return c.json(problemOf(problem("http/fault", {})), 500);
  };
}
