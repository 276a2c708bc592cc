// Draws many parameters in several threads. Each has a random stream of its own, so it is the same whoever draws it; a
// network of full width is there in half the time on two cores.

import { Worker } from "node:worker_threads";
import { elementCount } from "../ir/tensor-type.ts";
import { initialParameters } from "../models/initial-parameters.ts";
import type { ParameterInfo } from "../models/parameters.ts";
import { threadProgram } from "../thread-program.ts";
import type { Parameters } from "./stepper.ts";

/** What a thread is given. */
export interface DrawRequest {
  readonly infos: readonly ParameterInfo[];
  readonly seed: number;
}

/** What it answers. */
export type DrawnParameters = readonly (readonly [name: string, values: Float32Array])[];

/** Fewer numbers are drawn before a thread has started. */
const worthAThread = 4e6;

/**
 * The values of `initialParameters`, in the same order.
 *
 * @param threads - at most, this one included
 * @param least - numbers for which a thread is started
 */
export async function drawParameters(
  infos: readonly ParameterInfo[],
  seed: number,
  threads: number,
  least = worthAThread,
): Promise<Parameters> {
  const count = Math.max(1, Math.min(threads, Math.floor(numbersOf(infos) / least)));
  const [own = [], ...others] = sharesOf(infos, count);
  const elsewhere = others.map((share) => drawElsewhere({ infos: share, seed }));
  const drawn = new Map([...drawHere({ infos: own, seed }), ...(await Promise.all(elsewhere)).flat()]);
  return new Map(infos.map(({ name }) => [name, drawn.get(name)!]));
}

export function drawHere({ infos, seed }: DrawRequest): DrawnParameters {
  return [...initialParameters(infos, seed)].map(([name, { values }]) => [name, values]);
}

function drawElsewhere(request: DrawRequest): Promise<DrawnParameters> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadProgram("draw-worker", import.meta.url), { workerData: request });
    worker.on("message", resolve).on("error", reject);
    worker.on("exit", (code) => reject(new Error(`internal: a thread that draws parameters ended with ${code}`)));
  });
}

/** Divides into shares of about as many numbers: the largest first, each to whoever has least. */
function sharesOf(infos: readonly ParameterInfo[], count: number): readonly (readonly ParameterInfo[])[] {
  const shares = Array.from({ length: count }, () => ({ infos: [] as ParameterInfo[], numbers: 0 }));
  for (const info of infos.toSorted((one, other) => elementCount(other.shape) - elementCount(one.shape))) {
    const share = shares.reduce((least, each) => (each.numbers < least.numbers ? each : least));
    share.infos.push(info);
    share.numbers += elementCount(info.shape);
  }
  return shares.map((share) => share.infos);
}

function numbersOf(infos: readonly ParameterInfo[]): number {
  return infos.reduce((total, { shape }) => total + elementCount(shape), 0);
}
