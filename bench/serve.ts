// How much of the raw engine a served model gives away: pictures per second with so many clients at once, beside the engine
// alone on views that are there already and beside predict on the same pictures, in turns.
//
//   node --import tsx bench/serve.ts [--width 1] [--size 299] [--clients 16] [--threads 2] [--rounds 3] [--seconds 20]
//
// On a machine with other work, processor seconds per picture say more than the clock: they are what is left for others.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { nowMs } from "../src/clock.ts";
import { predict } from "../src/index.ts";
import { childrenCalled } from "../test/support/child-processes.ts";
import { finishedModel, writeFinishedRun } from "../test/support/finished-run.ts";
import { type ServedRun, serveRun } from "../test/support/served-run.ts";

interface Speed {
  readonly perSecond: number;
  /** Per picture; NaN where it was not measured. */
  readonly processorSeconds: number;
}

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "1" },
    size: { type: "string", default: "299" },
    clients: { type: "string", default: "16" },
    threads: { type: "string", default: String(availableParallelism()) },
    batch: { type: "string", default: "8" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "20" },
  },
});
const [clients, rounds, seconds] = [values.clients, values.rounds, values.seconds].map(Number) as [
  number,
  number,
  number,
];

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "reinception-bench-"));
  const run = join(folder, "run");
  await writeFinishedRun(run, finishedModel([], 1, { width: Number(values.width), size: Number(values.size) }));
  const pictures = await photographs();
  const served = await serveRun(run, ["--threads", values.threads]);
  await throughServer(served, pictures, Math.min(5, seconds));
  const found: { raw: Speed; served: Speed; predict: Speed }[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = {
      raw: rawEngine(run),
      served: await throughServer(served, pictures, seconds),
      predict: await predicted(run, pictures),
    };
    found.push(one);
    console.log(JSON.stringify(one));
  }
  await served.stop();
  rmSync(folder, { recursive: true });
  const ratios = found.map(({ raw, served }) => served.perSecond / raw.perSecond);
  const costs = found.map(({ raw, served }) => raw.processorSeconds / served.processorSeconds);
  const beside = found.map(({ served, predict }) => served.perSecond / predict.perSecond);
  console.log(
    `width ${values.width}, ${values.size} px, ${values.threads} threads, ${clients} clients, medians of ${rounds} rounds:`,
  );
  console.log(`pictures per second, served of raw engine: ${median(ratios).toFixed(3)}`);
  console.log(`the same by processor time of a picture: ${median(costs).toFixed(3)}`);
  console.log(`pictures per second, served of predict: ${median(beside).toFixed(3)}`);
}

/** JPEG of 400 x 300, none like the other. */
function photographs(): Promise<readonly Uint8Array[]> {
  const [width, height] = [400, 300];
  return Promise.all(
    Array.from({ length: 32 }, (_, k) => {
      const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 100 * Math.sin(i / (40 + k) + k));
      return sharp(pixels, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 85 })
        .toBuffer();
    }),
  );
}

function rawEngine(run: string): Speed {
  const program = fileURLToPath(new URL("raw-engine.ts", import.meta.url));
  const settings = [join(run, "model.onnx"), values.threads, values.batch, String(seconds)];
  const text = execFileSync(process.execPath, ["--import", "tsx", program, ...settings], { encoding: "utf8" });
  return JSON.parse(text) as Speed;
}

async function throughServer(served: ServedRun, pictures: readonly Uint8Array[], seconds: number): Promise<Speed> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const ids = [served.process.pid!, ...childrenCalled("classifier-child", served.process.pid)];
  const usedBefore = ids.reduce((sum, pid) => sum + processorSecondsOf(pid), 0);
  const startedMs = nowMs();
  let images = 0;
  const client = async (first: number) => {
    for (let i = first; nowMs() - startedMs < seconds * 1000; i++) {
      await asked(agent, served.port, pictures[i % pictures.length]!);
      images += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
  const tookMs = nowMs() - startedMs;
  const used = ids.reduce((sum, pid) => sum + processorSecondsOf(pid), 0) - usedBefore;
  agent.destroy();
  return { perSecond: (images * 1000) / tookMs, processorSeconds: used / images };
}

function asked(agent: Agent, port: number, picture: Uint8Array): Promise<void> {
  const headers = { "content-type": "image/jpeg", "content-length": picture.length };
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: "127.0.0.1", port, path: "/v1/classify", method: "POST", agent, headers },
      (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}`));
        answer.resume().on("end", resolve);
      },
    );
    asking.on("error", reject).end(picture);
  });
}

/** From the first answer to the last: the start of its process is not what is compared. */
async function predicted(run: string, pictures: readonly Uint8Array[]): Promise<Speed> {
  const images = Array.from({ length: 4 }, () => pictures).flat();
  let [first, last, count] = [0, 0, 0];
  const batch = 16;
  for await (const _ of predict({ model: run, images, threads: Number(values.threads) })) {
    count += 1;
    if (count === batch) first = nowMs();
    last = nowMs();
  }
  return { perSecond: ((count - batch) * 1000) / (last - first), processorSeconds: Number.NaN };
}

/** Of a process and its threads so far; Linux tells it in hundredths. */
function processorSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}

await main();
