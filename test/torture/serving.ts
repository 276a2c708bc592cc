// npm run torture -- serving [count]: 10,000 requests to a served model, a third of them hostile, sixteen at a time. Says
// what was not answered as it should be, and how the memory of the server and its engine has moved: the medians of the first
// and of the last tenth are compared, for large pictures come and go.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFinishedRun } from "../support/finished-run.ts";
import { sendAll, wrongAnswers } from "../support/many-at-once.ts";
import { mixedRequests, servingOptions } from "../support/mixed-requests.ts";
import { serveRun } from "../support/served-run.ts";

const growthLimit = 100e6;
const lanes = 16;

/** Returns the exit code. */
export async function tortureServer(count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "reinception-torture-"));
  await writeFinishedRun(join(folder, "run"));
  const served = await serveRun(join(folder, "run"), servingOptions);
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

  const requests = await mixedRequests(served.port, count, 1);
  const warmUp = Math.min(1000, Math.floor(count / 5));
  const before = await sendAll(requests.slice(0, warmUp), lanes);
  const samples: number[] = [];
  const after = await sendAll(requests.slice(warmUp), lanes, (answered) => {
    if (answered % 20 === 0) samples.push(served.memoryBytes());
    if (answered % 1000 === 0) console.log(`${warmUp + answered} requests: ${megabytes(samples.at(-1)!)}`);
  });
  const tenth = Math.ceil(samples.length / 10);
  const [first, last] = [median(samples.slice(0, tenth)), median(samples.slice(-tenth))];
  const wrong = wrongAnswers([...before, ...after]);
  const hostile = requests.filter((request) => request.hostile).length;
  console.log(
    `${before.length + after.length} requests, ${hostile} of them hostile; answered otherwise: ${wrong.join("; ") || "none"}`,
  );
  console.log(
    `memory, medians: ${megabytes(first)} after ${warmUp} requests, ${megabytes(last)} at the end; at most ${megabytes(Math.max(...samples))}`,
  );
  const lines = served.errors().trim().split("\n");
  const code = await served.stop();
  console.log(`exit code ${code}; said on stderr: ${lines.slice(1).join("\n") || "nothing but where it listens"}`);
  rmSync(folder, { recursive: true });
  return wrong.length === 0 && last - first < growthLimit && code === 0 ? 0 : 1;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}
