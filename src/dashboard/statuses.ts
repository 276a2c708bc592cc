// Which status an answer has that says what went wrong. By the error's area where its code has none of its own: what a user
// can mend is never a fault of the server.

import type { ErrorCode } from "../errors.ts";

type Status = 400 | 403 | 404 | 409 | 422 | 429 | 500 | 503;

const byCode: { readonly [C in ErrorCode]?: Status } = {
  "dashboard/no-run": 404,
  "dashboard/no-picture": 404,
  "dashboard/no-page": 503,
  "dashboard/outside": 403,
  "dashboard/name-taken": 409,
  "dashboard/under-way": 409,
  "dashboard/too-many-listeners": 429,
  "dashboard/too-many-runs": 429,
  "run/picture-gone": 404,
  "run/picture-changed": 409,
  "run/in-use": 409,
  "run/not-running": 409,
  "run/not-a-run": 409,
  "run/no-checkpoint": 409,
  "run/finished": 409,
  "engine/crashed": 503,
};

const byArea: Readonly<Record<string, Status>> = { options: 400, optimize: 400, dashboard: 400 };

export function statusOf(code: ErrorCode): Status {
  const [area = ""] = code.split("/");
  return byCode[code] ?? byArea[area] ?? 422;
}
