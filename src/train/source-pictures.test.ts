import { describe, expect, test } from "vitest";
import { dividedSource } from "./source-pictures.ts";
import type { RunImage } from "./views.ts";

function image(hash: string, name = hash): RunImage {
  return { locator: { kind: "file", path: name }, name, label: 0, hash };
}
const images = Array.from({ length: 200 }, (_, i) => image(`hash-${i}`));
const namesOf = (list: readonly RunImage[]) => list.map(({ name }) => name);

describe("pictures of the source", () => {
  test("are all measured on where none are rehearsed", () => {
    const { measured, rehearsed } = dividedSource(images, false, new Set());
    expect(rehearsed).toEqual([]);
    expect(namesOf(measured).sort()).toEqual(namesOf(images).sort());
  });

  test("are halved where some are rehearsed, and none is on both sides", () => {
    const { measured, rehearsed } = dividedSource(images, true, new Set());
    expect([measured.length, rehearsed.length]).toEqual([100, 100]);
    expect(new Set([...namesOf(measured), ...namesOf(rehearsed)]).size).toBe(200);
  });

  test("are divided by what is in them: copies stay together, order and names do not matter", () => {
    const copies = [...images, ...images.map(({ hash }) => image(hash, `copy of ${hash}`))];
    const { measured, rehearsed } = dividedSource(copies.toReversed(), true, new Set());
    const hashes = (list: readonly RunImage[]) => [...new Set(list.map(({ hash }) => hash))].sort();
    const alone = dividedSource(images, true, new Set());
    expect(hashes(measured)).toEqual(hashes(alone.measured));
    expect(hashes(rehearsed)).toEqual(hashes(alone.rehearsed));
  });

  test("that the run learns from are not measured on", () => {
    const learnt = new Set(images.slice(0, 50).map(({ hash }) => hash));
    const { measured } = dividedSource(images, true, learnt);
    expect(measured.filter(({ hash }) => learnt.has(hash))).toEqual([]);
  });

  test("are at most a thousand to measure on", () => {
    const many = Array.from({ length: 1500 }, (_, i) => image(`many-${i}`));
    expect(dividedSource(many, false, new Set()).measured).toHaveLength(1000);
  });
});
