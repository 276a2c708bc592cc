import { describe, expect, test } from "vitest";
import { drawnRows } from "../../test/support/drawn-features.ts";
import { fileAt } from "../data/locator.ts";
import { checkLabels } from "./check-labels.ts";

const classes = ["ant", "bee", "cicada", "dragonfly"];

/** Rows of which every 20th is given the label of another class. */
function planted(rows: number, noise: number) {
  const { features, labels } = drawnRows(rows, 64, classes.length, noise, 3);
  const wrong = new Set(Array.from({ length: rows }, (_, row) => row).filter((row) => row % 20 === 7));
  const images = Array.from(labels as Uint32Array, (label, row) => ({
    ...{ locator: fileAt(""), name: `${row}.png`, hash: `${row}` },
    label: wrong.has(row) ? (label + 1 + (row % 3)) % classes.length : label,
  }));
  return { features, images, classes, wrong, labels };
}

const settings = { threads: 1, seed: 0 };

describe("labels are checked", () => {
  test("so that what is found was planted wrong", async () => {
    const { wrong, labels, ...given } = planted(600, 0.8);
    const { checked, agreement, found, reason } = await checkLabels(given, settings);
    expect({ checked, reason }).toEqual({ checked: 600, reason: null });
    expect(agreement).toBeGreaterThan(0.8);
    const hits = found.filter(({ name }) => wrong.has(Number.parseInt(name, 10)));
    expect(hits.length / found.length).toBeGreaterThan(0.9);
    expect(hits.length / wrong.size).toBeGreaterThan(0.3);
    for (const { name, suggested } of hits) expect(suggested).toBe(classes[labels[Number.parseInt(name, 10)]!]);
    const order = found.map(({ confidence }) => confidence);
    expect(order).toEqual(order.toSorted((left, right) => left - right));
  });

  test("with the same result for the same seed", async () => {
    const { wrong: _wrong, labels: _labels, ...given } = planted(200, 1.5);
    expect(await checkLabels(given, settings)).toEqual(await checkLabels(given, settings));
  });

  test("unless a class has hardly any pictures: its own are no suspects", async () => {
    const { wrong: _wrong, labels: _labels, ...given } = planted(200, 0.8);
    const lonely = given.images.map((image, row) => (row === 11 ? { ...image, label: 4 } : image));
    const { found } = await checkLabels({ ...given, images: lonely, classes: [...classes, "earwig"] }, settings);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ truth }) => truth)).not.toContain("earwig");
  });

  test("unless there are too few pictures, or too many", async () => {
    const { wrong: _wrong, labels: _labels, ...given } = planted(8, 0.8);
    expect((await checkLabels(given, settings)).reason).toBe("no two classes have 5 pictures or more");
    const many = Array.from({ length: 2 ** 15 }, () => given.images[0]!).fill(given.images[1]!, 2 ** 14);
    const names = Array.from({ length: 2 ** 11 }, (_, k) => `${k}`);
    const large = { features: new Float32Array(2 ** 20), images: many, classes: names };
    expect(await checkLabels(large, settings)).toMatchObject({
      ...{ checked: 0, found: [] },
      reason: "32768 pictures of 2048 classes would take too long",
    });
  });
});
