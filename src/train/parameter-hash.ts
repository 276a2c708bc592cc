// Names parameters by what is in them, so that it can be said whether two networks are the same and whether something that
// was frozen has stayed as it was.

import { createHash } from "node:crypto";

/** SHA-256 of the values of parameters, in hexadecimal, by name. */
export type Digests = ReadonlyMap<string, string>;

/** SHA-256 over names and values of these parameters, in this order: the definition which a model's card goes by. */
export function hashParameters(parameters: ReadonlyMap<string, Float32Array>, names: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name}\n`).update(bytesOf(parameters.get(name)!));
  return hash.digest("hex");
}

/**
 * SHA-256 over names and digests: tells as well whether anything has changed, and takes no time for what is known.
 *
 * @param known - digests which need not be computed again: only of parameters that have not changed since
 */
export function hashDigests(
  parameters: ReadonlyMap<string, Float32Array>,
  names: readonly string[],
  known?: Digests,
): string {
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${known?.get(name) ?? digestOf(parameters.get(name)!)} ${name}\n`);
  return hash.digest("hex");
}

export function digestsOf(parameters: ReadonlyMap<string, Float32Array>): Digests {
  return new Map([...parameters].map(([name, values]) => [name, digestOf(values)]));
}

function digestOf(values: Float32Array): string {
  return createHash("sha256").update(bytesOf(values)).digest("hex");
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
