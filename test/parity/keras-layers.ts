// The layers of Keras' network in Keras' order: types, names and the convolution to which each belongs, exactly.

import { kerasLayers } from "../../src/models/keras-layers.ts";
import { type Check, exactly } from "./check.ts";

export interface KerasLayersFixture {
  readonly layers: readonly {
    readonly index: number;
    readonly fromEnd: number;
    readonly type: string;
    readonly keras3: string;
    readonly timm: string;
  }[];
}

export async function* checkKerasLayers({ layers }: KerasLayersFixture): AsyncGenerator<Check> {
  const place = { file: "keras-layers", case: "base.layers", engine: "exact" } as const;
  const ours = kerasLayers();
  yield exactly(place, "number of layers", ours.length, layers.length);
  for (const [at, { index, type, name, timm }] of ours.entries())
    yield exactly(place, `layer ${at}`, { index, fromEnd: index - ours.length, type, keras3: name, timm }, layers[at]);
}
