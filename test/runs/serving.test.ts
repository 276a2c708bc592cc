import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Prediction, predict } from "../../src/index.ts";
import { childrenCalled } from "../support/child-processes.ts";
import { writeFinishedRun } from "../support/finished-run.ts";
import { sendAll, wrongAnswers } from "../support/many-at-once.ts";
import { mixedRequests, servingOptions } from "../support/mixed-requests.ts";
import { type ServedRun, serveRun } from "../support/served-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const run = join(temporaryFolder(), "run");
const path = fileURLToPath(new URL("../fixtures/images/small-120x90.jpg", import.meta.url));
const picture = readFileSync(path);
const growthLimit = 100e6;

let served: ServedRun;
beforeAll(async () => {
  await writeFinishedRun(run);
  served = await serveRun(run, [...servingOptions, "--threads", "1"]);
});
afterAll(async () => {
  await served.stop();
});

const classify = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${url}/v1/classify`, { method: "POST", body: picture, headers: { "content-type": "image/jpeg", ...headers } });

test("a served run says what predict says", async () => {
  const expected: Prediction[] = [];
  for await (const one of predict({ model: run, images: path, threads: 1 })) expected.push(one);
  const answer = (await (await classify(served.url)).json()) as { predictions: readonly unknown[] };
  expect({ path, ...(answer.predictions[0] as object) }).toEqual(expected[0]);
});

test("each of hundreds of requests, a third of them hostile, is answered as it should be", async () => {
  const requests = await mixedRequests(served.port, 300, 1);
  const warmUp = requests.slice(0, 90).filter(({ slow }) => !slow);
  const before = await sendAll(warmUp, 8);
  const bytes = served.memoryBytes();
  const after = await sendAll(requests.slice(90), 8);
  expect(wrongAnswers([...before, ...after])).toEqual([]);
  expect(after).toHaveLength(210);
  if (process.platform === "linux") expect(served.memoryBytes() - bytes).toBeLessThan(growthLimit);
  expect((await classify(served.url)).status).toBe(200);
  expect(served.errors().trim().split("\n")).toHaveLength(1);
});

test.skipIf(process.platform !== "linux")("goes on when its engine has died", async () => {
  const [engine] = childrenCalled("classifier-child", served.process.pid);
  process.kill(engine!, "SIGKILL");
  const deadline = 20;
  const statuses: number[] = [];
  while (statuses.at(-1) !== 200 && statuses.length < deadline) statuses.push((await classify(served.url)).status);
  expect(statuses.slice(0, -1).filter((status) => status !== 503)).toEqual([]);
  expect(statuses.at(-1)).toBe(200);
});

describe("a server that others can reach", () => {
  test("does not begin without a token", async () => {
    await expect(serveRun(run, ["--host", "0.0.0.0"])).rejects.toThrow(/it ended with 2: .*serve\/token-needed/s);
  });

  test("asks for the one it was given, and knows the names it was given", async () => {
    const token = "a-token-of-the-test";
    const open = await serveRun(run, ["--host", "0.0.0.0", "--allow-host", "photos.example.org"], {
      REINCEPTION_TOKEN: token,
    });
    const bearer = { authorization: `Bearer ${token}` };
    expect((await classify(open.url)).status).toBe(401);
    expect((await classify(open.url, bearer)).status).toBe(200);
    expect((await fetch(`${open.url}/healthz`)).status).toBe(200);
    expect(await open.stop()).toBe(0);
  });
});

// Windows has no signals that a process could send to another
describe.skipIf(process.platform === "win32")("the end", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("by %s lets what is under way come to its answer", async (signal) => {
    const brief = await serveRun(run, ["--threads", "1"]);
    await classify(brief.url);
    const under = Array.from({ length: 20 }, () => classify(brief.url));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const code = brief.stop(signal);
    const outcomes = await Promise.allSettled(under);
    expect(await code).toBe(0);
    // those that had not reached the server are not under way
    const statuses = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.status] : []));
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(childrenCalled("classifier-child", brief.process.pid)).toEqual([]);
  });
});
