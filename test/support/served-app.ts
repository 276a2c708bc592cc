// A served app whose classifier is spoken to in words, for what the routes do with answers and with what goes wrong.

import { problem } from "../../src/errors.ts";
import { knownHosts } from "../../src/http/hosts.ts";
import type { Classifier, ClassifierCard, Prediction } from "../../src/index.ts";
import { routes, servedApp, type ServingLimits } from "../../src/serve/app.ts";
import { openMetrics } from "../../src/serve/metrics.ts";

const card: ClassifierCard = {
  classes: ["ant", "bee"],
  size: 75,
  strategy: "hybrid",
  version: "0.1.0",
  engine: "onnxruntime",
  calibrated: true,
  covers: true,
  rejects: true,
  checked: true,
  hashes: { model: "m", parameters: "p", data: "d" },
};

/** Knows pictures by their text: "bad" cannot be read, "huge" is too large, "deadly" ends the process. */
export const spoken: Classifier["classify"] = async (pictures, { names = [], coverage, reject } = {}) => {
  const texts = pictures.map((bytes) => new TextDecoder().decode(bytes));
  if (texts.includes("deadly")) throw problem("engine/classifier-crashed", { how: "SIGSEGV", lastWords: "" });
  if (texts.includes("fault")) throw new Error("internal: a secret");
  if (coverage === 0.999) throw problem("predict/too-few-for-coverage", { coverage, images: 3, largest: 0.75 });
  return texts.map((text, i): Prediction => {
    const path = names[i] ?? "-";
    const wrong =
      text === "huge"
        ? problem("data/too-many-pixels", { name: path, width: 1e5, height: 1e5, limit: 5e7 })
        : problem("data/unreadable", { name: path, reason: "it is no picture" });
    if (text === "bad" || text === "huge")
      return { path, problem: { code: wrong.code, message: wrong.found, fix: wrong.fix } };
    const doubts = {
      ...(coverage !== undefined && { set: ["ant"] }),
      ...(reject !== undefined && { distance: 1, rejected: false }),
    };
    return {
      path,
      classes: [
        { name: "ant", probability: 0.75 },
        { name: "bee", probability: 0.25 },
      ],
      ...doubts,
    };
  });
};

export interface Settings {
  readonly classify?: Classifier["classify"];
  readonly limits?: Partial<ServingLimits>;
  readonly token?: string;
}

export function started({ classify = spoken, limits = {}, token }: Settings = {}) {
  const reported: string[] = [];
  const metrics = openMetrics();
  const served = servedApp({
    classifier: { card, classify },
    metrics,
    hosts: knownHosts("127.0.0.1"),
    token,
    limits: { maxBytes: 10_000, maxPictures: 3, maxPixels: 5e7, maxQueue: 4, seconds: 5, ...limits },
    report: (text) => reported.push(text),
  });
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("host", "127.0.0.1:8080");
    return served.app.request(`http://127.0.0.1:8080${path}`, { ...init, headers });
  };
  const send = (body: NonNullable<RequestInit["body"]>, type?: string, path: string = routes.classify) =>
    ask(path, { method: "POST", body, ...(type !== undefined && { headers: { "content-type": type } }) });
  return { ...served, ask, send, reported };
}
