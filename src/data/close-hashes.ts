// Which of many perceptual hashes lie close together, without comparing each with each: two hashes that differ in at most
// r of 64 bits agree in at least one of r + 1 bands of bits, so only those are compared that share a band. Pure.

import { onesOf, type PerceptualHash } from "./perceptual-hash.ts";

/** Two pictures by their positions, the first smaller. */
export interface ClosePair {
  readonly first: number;
  readonly second: number;
  /** Whether it is the mirror image of the first that is close to the second. */
  readonly mirrored: boolean;
}

/** Hashes as pairs of 32 bits, one behind the other. */
type Bits = Uint32Array;

/** Pictures of one hash of which every two are a pair; of more, each is paired with the first and with those before it. */
const pairedFully = 16;

/**
 * Hashes of one band that each is compared with. Only sets in which very many pictures look alike in that band reach it,
 * and there the links between others connect them.
 */
const comparedMost = 2000;

/**
 * Pairs of pictures whose hashes, or those of one and of the mirror image of the other, differ in at most `radius` bits.
 *
 * Whole heaps of equal hashes are not paired fully, but so that they hang together.
 */
export function* closePairs(hashes: readonly PerceptualHash[], radius: number): Generator<ClosePair> {
  if (radius < 3) throw new Error("internal: bands of more than 16 bits");
  const heaps = new Map<string, number[]>();
  for (const [i, { hash }] of hashes.entries()) {
    const heap = heaps.get(hash);
    if (heap === undefined) heaps.set(hash, [i]);
    else heap.push(i);
  }
  const members = [...heaps.values()];
  for (const heap of members) yield* pairsWithin(heap);
  const plain = bitsOf(members.map(([first]) => hashes[first!]!.hash));
  const mirrored = bitsOf(members.map(([first]) => hashes[first!]!.mirrored));
  for (const [left, right] of closeHashes(plain, plain, radius)) yield* pairsBetween(members, left, right, false);
  for (const [left, right] of closeHashes(mirrored, plain, radius)) yield* pairsBetween(members, left, right, true);
}

function* pairsWithin(heap: readonly number[]): Generator<ClosePair> {
  for (const [at, second] of heap.entries()) {
    const from = Math.max(0, at - pairedFully);
    for (const first of new Set([heap[0]!, ...heap.slice(from, at)]))
      if (first !== second) yield { first, second, mirrored: false };
  }
}

function* pairsBetween(
  members: readonly (readonly number[])[],
  left: number,
  right: number,
  mirrored: boolean,
): Generator<ClosePair> {
  for (const one of members[left]!.slice(0, pairedFully))
    for (const other of members[right]!.slice(0, pairedFully))
      yield { first: Math.min(one, other), second: Math.max(one, other), mirrored };
}

/** Positions left < right with at most `radius` bits between `from[left]` and `to[right]`, each pair once. */
function* closeHashes(from: Bits, to: Bits, radius: number): Generator<readonly [number, number]> {
  const bands = radius + 1;
  for (let band = 0; band < bands; band++) {
    const { order, bits, starts } = sortedBy(band, bands, to);
    for (let left = 0; left < from.length / 2; left++) {
      const [high, low] = [from[left * 2]!, from[left * 2 + 1]!];
      const key = bandOf(from, left, band, bands);
      const start = firstAbove(order, left, starts[key]!, starts[key + 1]!);
      const end = Math.min(starts[key + 1]!, start + comparedMost);
      for (let at = start; at < end; at++) {
        if (onesOf(high ^ bits[at * 2]!) + onesOf(low ^ bits[at * 2 + 1]!) > radius) continue;
        const right = order[at]!;
        if (!agreeBefore(from, left, to, right, band, bands)) yield [left, right];
      }
    }
  }
}

interface Sorted {
  /** Positions, those of one band value together and ascending. */
  readonly order: Uint32Array;
  /** The hashes in that order, so that comparing runs through memory. */
  readonly bits: Bits;
  /** Where those of each band value begin. */
  readonly starts: Uint32Array;
}

/** Sorts hashes by the value of a band, by counting. */
function sortedBy(band: number, bands: number, hashes: Bits): Sorted {
  const count = hashes.length / 2;
  const starts = new Uint32Array(2 ** Math.ceil(64 / bands) + 1);
  for (let i = 0; i < count; i++) starts[bandOf(hashes, i, band, bands) + 1]!++;
  for (let key = 1; key < starts.length; key++) starts[key]! += starts[key - 1]!;
  const next = starts.slice();
  const order = new Uint32Array(count);
  const bits = new Uint32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const at = next[bandOf(hashes, i, band, bands)]!++;
    order[at] = i;
    bits[at * 2] = hashes[i * 2]!;
    bits[at * 2 + 1] = hashes[i * 2 + 1]!;
  }
  return { order, bits, starts };
}

/** First place from `start` to `end` in an ascending part of a list whose number is larger than `value`. */
function firstAbove(list: Uint32Array, value: number, start: number, end: number): number {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether an earlier band has shown this pair already. */
function agreeBefore(from: Bits, left: number, to: Bits, right: number, band: number, bands: number): boolean {
  for (let earlier = 0; earlier < band; earlier++)
    if (bandOf(from, left, earlier, bands) === bandOf(to, right, earlier, bands)) return true;
  return false;
}

/** The bits of one band, of which there are at least 2, as a number. */
function bandOf(bits: Bits, at: number, band: number, bands: number): number {
  const [start, end] = [Math.floor((64 * band) / bands), Math.floor((64 * (band + 1)) / bands)];
  const mask = 2 ** (end - start) - 1;
  const [high, low] = [bits[at * 2]!, bits[at * 2 + 1]!];
  if (end <= 32) return (high >>> (32 - end)) & mask;
  if (start >= 32) return (low >>> (64 - end)) & mask;
  return ((high << (end - 32)) | (low >>> (64 - end))) & mask;
}

function bitsOf(hashes: readonly string[]): Bits {
  const bits = new Uint32Array(hashes.length * 2);
  for (const [i, hash] of hashes.entries()) {
    bits[i * 2] = Number.parseInt(hash.slice(0, 8), 16);
    bits[i * 2 + 1] = Number.parseInt(hash.slice(8), 16);
  }
  return bits;
}
