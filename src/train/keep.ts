// The frozen trunk runs once for each view of an image; what comes out is kept on disk and found again by its content.

import type { Compilable, Cut } from "../compile/1-partition.ts";
import { bind } from "../compile/5-bind.ts";
import { compileTrunk } from "../compile/program.ts";
import { batchesOf, prefetch } from "../data/batches.ts";
import { makeRoom } from "../data/cache-eviction.ts";
import { defaultLimit } from "../data/cache-limit.ts";
import { fileStorage } from "../data/storage.ts";
import { openTrunkCache, type TrunkCache } from "../data/trunk-cache.ts";
import { fail } from "../errors.ts";
import { parametersOf } from "../ir/program.ts";
import { bytesPerElement, elementCount, type TensorType } from "../ir/tensor-type.ts";
import { blocks } from "../models/card.ts";
import { engineVersion, openProgram, type TensorData } from "../runtime/session.ts";
import type { Stopping } from "./events.ts";
import { type Digests, hashDigests } from "./parameter-hash.ts";
import type { Parameters } from "./stepper.ts";
import type { View, Views } from "./views.ts";

/** Images which the trunk takes at a time. Always as many, so that a row does not depend on its neighbours. */
const trunkBatch = 16;

/** Kept rows of one boundary. */
export interface Kept {
  /** Type of one row, without the batch axis. */
  readonly row: TensorType;
  /** Rows of these views, one after the other. */
  read(views: readonly View[]): Promise<TensorData>;
  close(): Promise<void>;
}

export interface KeepOptions {
  readonly network: (batch: number) => Compilable;
  /** Boundaries which are kept in one pass, in the network that `network` makes. */
  readonly cuts: (network: Compilable) => readonly Cut[];
  readonly parameters: Parameters;
  /** Digests of those that have not changed since they were computed. */
  readonly known?: Digests | undefined;
  readonly views: Views;
  readonly folder: string;
  /** How large the cache may become, in bytes; null lets the disk decide. */
  readonly limitBytes: number | null;
  readonly threads: number;
}

export interface KeepProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Keeps what is wanted and not kept yet, and returns the kept rows by the name of their boundary; nothing when it was
 * stopped before all was there. Makes room for them first.
 *
 * @param wanted - every view of every image that the run will ask for
 * @throws cache/limit-too-small when a limit was given in which they have no place
 */
export async function* keepTrunk(
  options: KeepOptions,
  wanted: readonly View[],
  stopping: Stopping,
): AsyncGenerator<KeepProgress, ReadonlyMap<string, Kept> | undefined> {
  const network = options.network(trunkBatch);
  const cuts = options.cuts(network);
  const caches = await openCaches(options, network);
  await holdBelowLimit(options, cuts, caches, wanted);
  const missing = wanted.filter((view) => [...caches.values()].some((cache) => !cache.has(view.key)));
  const total = wanted.length;
  if (missing.length > 0) {
    yield { done: total - missing.length, total };
    const { program, constants } = bind(compileTrunk(network, cuts), options.parameters);
    const session = await openProgram(program, { constants, threads: options.threads });
    let done = total - missing.length;
    const batches = batchesOf(Uint32Array.from(missing.keys()), trunkBatch).map((batch) =>
      Array.from(batch, (at) => missing[at]!),
    );
    const tasks = batches.map((batch) => async () => ({ batch, pixels: await options.views.pixels(batch) }));
    for await (const { batch, pixels } of prefetch(tasks, 2)) {
      const image = new Uint8Array(trunkBatch * (pixels.length / batch.length));
      image.set(pixels);
      const outputs = await session.run({ image });
      for (const [name, cache] of caches) await appendRows(cache, batch, outputs[name]!);
      done += batch.length;
      yield { done, total };
      if (stopping()) break;
    }
    await session.release();
    for (const cache of caches.values()) await cache.flush();
    if (done < total) {
      for (const cache of caches.values()) await cache.close();
      return undefined;
    }
  }
  return new Map(cuts.map((cut) => [cut.boundary.name, keptRows(caches.get(cut.boundary.name)!, cut)]));
}

/** Checks what is kept, and takes others' rows out of the cache where there is no room for those that are missing. */
async function holdBelowLimit(
  { folder, limitBytes }: KeepOptions,
  cuts: readonly Cut[],
  caches: ReadonlyMap<string, TrunkCache>,
  views: readonly View[],
): Promise<void> {
  const keys = [...new Set(views.map(({ key }) => key))];
  const wanted = new Set<string>();
  let [allBytes, neededBytes] = [0, 0];
  for (const cut of cuts) {
    const cache = caches.get(cut.boundary.name)!;
    for (const shard of await cache.verify(keys)) wanted.add(shard);
    allBytes += keys.length * rowBytes(cut);
    neededBytes += keys.filter((key) => !cache.has(key)).length * rowBytes(cut);
  }
  if (limitBytes !== null && allBytes > limitBytes)
    fail("cache/limit-too-small", { limitBytes, neededBytes: allBytes });
  await makeRoom({
    ...{ storage: fileStorage, folder, neededBytes, wanted },
    limitBytes: limitBytes ?? (await defaultLimit(fileStorage, folder)),
    leases: new Set([...caches.values()].map(({ lease }) => lease)),
  });
}

async function appendRows(cache: TrunkCache, batch: readonly View[], rows: TensorData): Promise<void> {
  const length = rows.length / trunkBatch;
  for (const [at, view] of batch.entries())
    if (!cache.has(view.key)) await cache.append(view.key, bytesOf(rows.subarray(at * length, (at + 1) * length)));
}

function keptRows(cache: TrunkCache, cut: Cut): Kept {
  const row = rowOf(cut);
  return {
    row,
    async read(views) {
      const length = elementCount(row.shape);
      const data =
        row.dtype === "float16" ? new Uint16Array(views.length * length) : new Float32Array(views.length * length);
      const absent = await cache.read(
        views.map(({ key }) => key),
        bytesOf(data),
      );
      if (absent.length > 0) fail("cache/row-lost", { name: views[absent[0]!]!.image.name });
      return data;
    },
    close: () => cache.close(),
  };
}

async function openCaches(options: KeepOptions, network: Compilable): Promise<ReadonlyMap<string, TrunkCache>> {
  const caches = new Map<string, TrunkCache>();
  for (const cut of options.cuts(network)) caches.set(cut.boundary.name, await openCache(options, network, cut));
  return caches;
}

async function openCache(
  { parameters, known, views, folder }: KeepOptions,
  network: Compilable,
  cut: Cut,
): Promise<TrunkCache> {
  const row = rowOf(cut);
  const trunk = hashDigests(parameters, parametersOf(compileTrunk(network, [cut])), known);
  const space = {
    trunk,
    boundary: blocks.find(({ name }) => name === cut.boundary.name)?.paper ?? cut.boundary.name,
    dtype: row.dtype,
    pixels: views.description,
    engine: engineVersion(),
  };
  return openTrunkCache({ folder, space, rowBytes: rowBytes(cut) });
}

function rowBytes(cut: Cut): number {
  const { shape, dtype } = rowOf(cut);
  return elementCount(shape) * bytesPerElement[dtype];
}

function rowOf({ boundary, dtype }: Cut): TensorType {
  return { dtype, shape: boundary.value.type.shape.slice(1) };
}

function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
