// A model as a service: opened and checked, listened for, and brought to its end. What it takes is checked here, the rule
// above all that nobody but this machine reaches it without a token.

import { fail } from "../errors.ts";
import { isLoopback, knownHosts } from "../http/hosts.ts";
import { startServer } from "../http/server.ts";
import { type ClassifierCard, openClassifier } from "../index.ts";
import { bytesOf, checkOption } from "../option-values.ts";
import { type OptionName, type OptionValues, options } from "../options.ts";
import { servedApp, type ServingLimits } from "./app.ts";
import { openMetrics } from "./metrics.ts";

type ServingOption = "host" | "port" | "token" | "allowHost" | "maxBody" | "maxPixels" | "maxQueue" | "requestSeconds";

export type ServingOptions = {
  /** A run's folder or a model.onnx. */
  readonly model: string;
  readonly threads?: number | undefined;
} & { readonly [K in ServingOption]?: OptionValues[K] | undefined };

export interface Serving {
  /** http://127.0.0.1:8080 */
  readonly url: string;
  readonly card: ClassifierCard;
  /** Takes nothing new, gives the answers that are under way, and ends. Calling it again changes nothing. */
  close(): Promise<void>;
}

/** Pictures in one request. */
const maxPictures = 64;

/**
 * Opens a model, checks it against its golden.json, and answers for it.
 *
 * @param environment - where a token may stand, as REINCEPTION_TOKEN
 * @throws serve/token-needed, serve/token-form, options/..., model/..., onnx/..., http/port-in-use, http/not-listening
 */
export async function serveModel(
  asked: ServingOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Serving> {
  const { host, port, token, names, limits } = resolved(asked, environment);
  const metrics = openMetrics();
  const { model, threads } = asked;
  const classifier = await openClassifier({ model, threads, maxPixels: limits.maxPixels }, (batch) => {
    metrics.batch(batch);
    admission.done(batch.images, batch.seconds);
  });
  const { app, admission, stop } = servedApp({ classifier, metrics, hosts: knownHosts(host, names), token, limits });
  try {
    const server = await startServer(app, { host, port, headerSeconds: Math.min(10, limits.seconds) });
    let closed: Promise<void> | undefined;
    return {
      url: server.url,
      card: classifier.card,
      close() {
        stop();
        // whatever is under way has its answer or its time is over by then
        closed ??= server.close(2 * limits.seconds * 1000).then(() => classifier.close());
        return closed;
      },
    };
  } catch (error) {
    await classifier.close();
    throw error;
  }
}

interface Resolved {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  /** Others by which the server is asked for. */
  readonly names: readonly string[];
  readonly limits: ServingLimits;
}

function resolved(asked: ServingOptions, environment: Readonly<Record<string, string | undefined>>): Resolved {
  const { model: _, threads, ...own } = asked;
  for (const [name, value] of Object.entries(own)) if (value !== undefined) checkOption(name as OptionName, value);
  const host = own.host ?? options.host.default;
  const token = (own.token ?? environment.REINCEPTION_TOKEN) || undefined;
  if (token === undefined && !isLoopback(host)) fail("serve/token-needed", { host });
  if (token !== undefined && !/^[A-Za-z0-9._~+/-]+=*$/.test(token)) fail("serve/token-form", {});
  const maxQueue = own.maxQueue ?? options.maxQueue.default;
  return {
    host,
    port: own.port ?? options.port.default,
    token,
    names: [own.allowHost ?? []].flat(),
    limits: {
      maxBytes: bytesOf(own.maxBody ?? options.maxBody.default)!,
      maxPictures: Math.min(maxPictures, maxQueue),
      maxPixels: own.maxPixels ?? options.maxPixels.default,
      maxQueue,
      seconds: own.requestSeconds ?? options.requestSeconds.default,
    },
  };
}
