import { describe, expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { smallBatch, smallClasses, smallNetwork } from "../../test/support/small-network.ts";
import { evaluate } from "../ir/reference.ts";
import { rewrite } from "../ir/program.ts";
import type { Boundary } from "./1-partition.ts";
import { compileHeatMap } from "./program.ts";

const network = smallNetwork();
/** No number of the last maps is 0: of equal ones a maximum has no slope. */
const raised = (name: string, values: Float64Array) =>
  /^(?:left|right)\.beta$/.test(name) ? values.map((v) => v + 5) : values;
const given: Record<string, Float64Array> = Object.fromEntries(
  Object.entries(givenFor(network.graph)).map(([name, values]) => [name, raised(name, values)]),
);
const oneHot = (classes: readonly number[]) =>
  Float64Array.from({ length: smallBatch * smallClasses }, (_, at) =>
    classes[Math.floor(at / smallClasses)] === at % smallClasses ? 1 : 0,
  );
const heat = (place: Boundary, classes: readonly number[]) =>
  evaluate(compileHeatMap(network, place), { ...given, classes: oneHot(classes) }).map!;

/** What the logits are when the maps at a place are given, computed from there on. */
function logitsBehind(place: Boundary, maps: Float64Array): Float64Array {
  const replaced = rewrite({ graph: network.graph, outputs: { logits: network.logits } }, (node, g) =>
    node.output === place.value
      ? g.input({ name: "maps", dtype: "float32", shape: place.value.type.shape })
      : undefined,
  );
  return evaluate(replaced, { ...given, maps }).logits!;
}

/** The same map from central differences of the logit, number by number of the maps. */
function measured(place: Boundary, classes: readonly number[]): Float64Array {
  const [batch = 0, channels = 0, rows = 0, columns = 0] = place.value.type.shape;
  const maps = evaluate({ graph: network.graph, outputs: { maps: place.value } }, given).maps!;
  const step = 1e-6;
  const slopes = maps.map((value, at) => {
    const label = classes[Math.floor(at / (channels * rows * columns))]!;
    const row = Math.floor(at / (channels * rows * columns));
    const moved = (by: number) => logitsBehind(place, maps.with(at, value + by))[row * smallClasses + label]!;
    return (moved(step) - moved(-step)) / (2 * step);
  });
  const cells = rows * columns;
  const found = new Float64Array(batch * cells);
  for (let i = 0; i < batch; i++)
    for (let k = 0; k < channels; k++) {
      const from = (i * channels + k) * cells;
      const weight = slopes.subarray(from, from + cells).reduce((sum, slope) => sum + slope, 0) / cells;
      for (let at = 0; at < cells; at++) found[i * cells + at] = found[i * cells + at]! + weight * maps[from + at]!;
    }
  return found.map((value) => Math.max(0, value));
}

describe("a heat map", () => {
  test.each(["stem", "mixed"])("weighs the maps of %s by how the logit changes with them", (name) => {
    const place = network.boundaries.find((boundary) => boundary.name === name)!;
    let largest = 0;
    for (const classes of [0, 1, 2, 3].map((label) => [label, (label + 1) % 4, label])) {
      const wanted = measured(place, classes);
      const found = heat(place, classes);
      largest = Math.max(largest, ...wanted);
      expect(Math.max(...found.map((value, at) => Math.abs(value - wanted[at]!)))).toBeLessThan(1e-8);
    }
    expect(largest).toBeGreaterThan(1e-3);
  });

  test("of a picture does not depend on the classes asked of the others", () => {
    const place = network.boundaries[1]!;
    const cells = heat(place, [0, 1, 2]).length / smallBatch;
    expect(heat(place, [0, 3, 1]).subarray(0, cells)).toEqual(heat(place, [0, 1, 2]).subarray(0, cells));
  });
});
