import { expect, test } from "vitest";
import { readFixture } from "../../test/support/fixture.ts";
import { kerasLayers } from "./keras-layers.ts";

interface Row {
  readonly index: number;
  readonly type: string;
  readonly keras3: string;
  readonly timm: string;
}

test("the 491 layers are Keras' own, in Keras' order and with Keras' names", () => {
  const { layers } = readFixture<{ layers: readonly Row[] }>("keras-layers");
  expect(layers.length).toBe(491);
  expect(kerasLayers()).toEqual(layers.map(({ index, type, keras3, timm }) => ({ index, type, name: keras3, timm })));
});
