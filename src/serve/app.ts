// The routes of a served model. Everything that is refused is a problem as JSON with a status of its own; what is refused
// before it is read is not read.

import { Hono, type MiddlewareHandler } from "hono";
import { nowMs } from "../clock.ts";
import { type ErrorCode, fail } from "../errors.ts";
import { guarded } from "../http/guarded.ts";
import type { Hosts } from "../http/hosts.ts";
import { errorsAnswered, methodsKept, pathIsUnknown, type Statuses } from "../http/problems.ts";
import type { Classifier, Prediction } from "../index.ts";
import { type Admission, openAdmission } from "./admission.ts";
import { answerOf } from "./answer-of.ts";
import type { Metrics } from "./metrics.ts";
import { openApi } from "./open-api.ts";
import { picturesOf } from "./pictures-of.ts";
import { queryOf } from "./query-of.ts";

export interface AppOptions {
  readonly classifier: Pick<Classifier, "card" | "classify">;
  readonly metrics: Metrics;
  readonly hosts: Hosts;
  readonly token: string | undefined;
  readonly limits: ServingLimits;
  /** Takes what is to be known of a fault. */
  readonly report?: (text: string) => void;
}

export interface ServingLimits {
  /** Of one request. */
  readonly maxBytes: number;
  /** Of one request. */
  readonly maxPictures: number;
  /** Of one picture. */
  readonly maxPixels: number;
  /** Pictures that wait or are under way. */
  readonly maxQueue: number;
  /** For a request to arrive, and again for its answer. */
  readonly seconds: number;
}

export interface ServedApp {
  readonly app: Hono;
  readonly admission: Admission;
  /** From now on nothing new is taken. */
  stop(): void;
}

/** Bodies at once, of the largest size. */
const bodiesAtOnce = 8;

export const routes = {
  classify: "/v1/classify",
  model: "/v1/model",
  health: "/healthz",
  metrics: "/metrics",
  description: "/openapi.json",
} as const;

/** Those of http/... stand in http/problems. */
export const servingStatuses: Statuses = {
  "serve/content-type": 415,
  "serve/body": 400,
  "serve/no-pictures": 400,
  "serve/too-many-pictures": 413,
  "serve/query": 400,
  "serve/unknown-query": 400,
  "serve/busy": 429,
  "serve/too-late": 503,
  "serve/gone": 400, // nobody hears it
  "serve/stopping": 503,
  "predict/not-calibrated": 400,
  "predict/too-few-for-coverage": 400,
  "predict/too-few-to-reject": 400,
  "data/unreadable": 422,
  "data/decoder-stopped": 422,
  "data/too-many-pixels": 413,
  "engine/classifier-crashed": 503,
  "model/not-found": 503, // when the model is gone under a server that has to open it again
  "model/not-ours": 503,
  "model/golden-mismatch": 503,
  "onnx/not-opened": 503,
};

export function servedApp({ classifier, metrics, hosts, token, limits, report }: AppOptions): ServedApp {
  const bytes = bodiesAtOnce * limits.maxBytes;
  const admission = openAdmission({ pictures: limits.maxQueue, bytes, seconds: limits.seconds });
  const { card } = classifier;
  const description = openApi(card, limits, token !== undefined);
  let stopping = false;

  const app = new Hono();
  app.use(measured(metrics));
  app.use(guarded({ hosts, token, needsToken: ({ path }) => path !== routes.health }));
  app.use(methodsKept(app));
  app.use(retried(admission));

  app.post(routes.classify, async (c) => {
    if (stopping) fail("serve/stopping", {});
    const asked = queryOf(c);
    const visit = admission.enter();
    try {
      const sent = await picturesOf(c, { ...limits, arrived: visit.arrived });
      const names = sent.pictures.map(({ name }, i) => name ?? String(i + 1));
      const pictures = sent.pictures.map(({ bytes }) => bytes);
      const predictions = await visit.during(pictures.length, c.req.raw.signal, (signal) =>
        classifier.classify(pictures, { ...asked, names }, signal),
      );
      count(metrics, predictions);
      const { status, body } = answerOf(sent, predictions, statusOf);
      return c.json(body, status);
    } finally {
      visit.leave();
    }
  });
  app.get(routes.model, (c) => c.json({ ...card, limits }));
  app.get(routes.health, (c) => (stopping ? c.json({ state: "stopping" }, 503) : c.json({ state: "ready" })));
  app.get(routes.metrics, (c) => c.text(metrics.text(admission.pictures), 200, { "content-type": prometheus }));
  app.get(routes.description, (c) => c.json(description));
  app.notFound(pathIsUnknown);
  app.onError(errorsAnswered(servingStatuses, report));
  return {
    app,
    admission,
    stop: () => {
      stopping = true;
    },
  };
}

const prometheus = "text/plain; version=0.0.4; charset=utf-8";

function statusOf(code: ErrorCode) {
  return servingStatuses[code] ?? 422;
}

function count(metrics: Metrics, predictions: readonly Prediction[]): void {
  const unread = predictions.filter((one) => "problem" in one).length;
  metrics.pictures(predictions.length - unread, unread);
}

function measured(metrics: Metrics): MiddlewareHandler {
  const known = new Set<string>(Object.values(routes));
  return async (c, next) => {
    const startedMs = nowMs();
    await next();
    metrics.request(known.has(c.req.path) ? c.req.path : "other", c.res.status, (nowMs() - startedMs) / 1000);
  };
}

/** Who comes at a bad moment hears when to come again. */
function retried(admission: Admission): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.res.status === 429 || c.res.status === 503) c.res.headers.set("retry-after", String(admission.wait));
  };
}
