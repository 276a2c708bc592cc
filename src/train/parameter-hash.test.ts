import { expect, test } from "vitest";
import { digestsOf, hashDigests, hashParameters } from "./parameter-hash.ts";

const parameters = () =>
  new Map([
    ["a", Float32Array.of(1, 2)],
    ["b", Float32Array.of(-0)],
    ["c", Float32Array.of(3)],
  ]);
const names = ["a", "b"];

test.each([
  ["values", hashParameters],
  ["digests", hashDigests],
])("a hash over %s is that of what is in the parameters, to the last bit, and of nothing else", (_, hash) => {
  const whole = hash(parameters(), names);
  expect(hash(parameters().set("c", Float32Array.of(4)), names)).toBe(whole);
  expect(hash(parameters().set("b", Float32Array.of(0)), names)).not.toBe(whole);
  expect(hash(parameters(), names.toReversed())).not.toBe(whole);
  expect(hash(new Map([...parameters()].map(([name, values]) => [`${name}2`, values])), ["a2", "b2"])).not.toBe(whole);
});

test("digests that are known give the same hash as those that are computed", () => {
  const known = digestsOf(parameters());
  expect(hashDigests(parameters(), names, known)).toBe(hashDigests(parameters(), names));
  const changed = parameters().set("a", Float32Array.of(9));
  expect(hashDigests(changed, names, known)).toBe(hashDigests(parameters(), names)); // so only what has not changed
});
