// A stage of a Keras program in our words: the network with its initial parameters, what learns, which batch norms use the
// batch, and how Keras' names of the head's variables lead to ours.

import { headLayers } from "../../src/models/head.ts";
import { type KerasLayer, kerasLayers } from "../../src/models/keras-layers.ts";
import { featureCount, type ParameterInfo } from "../../src/models/parameters.ts";
import { learningOf, parseUnfreeze } from "../../src/models/unfreeze.ts";
import type { FloatArray } from "../../src/optimize/rule.ts";
import { ruleDense, ruleParameters } from "../support/rule.ts";
import { notCovered } from "./check.ts";
import type { Engine } from "./engine.ts";
import type { KerasProgram, KerasStage } from "./keras-fixture.ts";
import { parametersFor } from "./learner.ts";
import { infosOf, type NetworkSetting } from "./network.ts";
import { widthOf } from "./settings.ts";

type Named = Pick<KerasProgram, "lastLayers" | "scale" | "baseCalledWithTrainingFalse">;

export interface LearningStage {
  /** Parameters of the base which learn, in timm's order. */
  readonly ofBase: readonly string[];
  /** Batch norms which learn, and those of them which use the batch. */
  readonly batchNorms: readonly string[];
  readonly batchStatistics: ReadonlySet<string>;
  /** Layers of the base which learn, in Keras' order. */
  readonly layers: readonly KerasLayer[];
}

export function settingOf({ width, size, classes, hidden }: KerasProgram): NetworkSetting {
  return { width: widthOf(width), size: [size, size], classes, hidden: hidden === null ? [] : [hidden] };
}

/** What learns in the base. Layers which Keras makes trainable use the batch, unless the base is called without training. */
export function learningStage({ base }: Pick<KerasStage, "base">, named: Named): LearningStage {
  const unfreeze = { frozen: "none", last: `${named.lastLayers} layers` }[base] ?? notCovered(`stage "${base}"`);
  const { parameters, batchNorms } = learningOf(parseUnfreeze(unfreeze));
  const count = base === "last" ? named.lastLayers : 0;
  return {
    ofBase: parameters.filter((name) => named.scale || !name.endsWith(".bn.weight")),
    batchNorms,
    batchStatistics: new Set(usesBatch(named) ? batchNorms : []),
    layers: kerasLayers().slice(kerasLayers().length - count),
  };
}

/** Keras overrides `training=False` in a functional model, but not in a subclassed one. */
function usesBatch({ baseCalledWithTrainingFalse: how }: Named): boolean {
  return (
    how === false || how === "functional" || (how === "subclass" ? false : notCovered(`training=False by "${how}"`))
  );
}

/** The parameters with which a program begins: the rule's, without gammas where there are none, and Keras' head. */
export function initialParameters(engine: Engine, seed: number, program: KerasProgram): Map<string, FloatArray> {
  const setting = settingOf(program);
  const { classes, hidden = [] } = setting;
  const parameters = ruleParameters(seed, setting.width, { classes, hidden, unitGamma: !program.scale });
  for (const [i, { name, inputs, outputs }] of denseLayers(setting).entries()) {
    const kernel = ruleDense(seed, i + 1, "kernel", [inputs, outputs]);
    parameters[`${name}.weight`] = single(transposed(kernel, inputs, outputs));
    parameters[`${name}.bias`] = ruleDense(seed, i + 1, "bias", [outputs]);
  }
  return parametersFor(engine, Object.entries(parameters));
}

/** The value of a variable of the head, `head/dense_<i>/kernel` [in, out] or `head/dense_<i>/bias`, in Keras' order. */
export function headVariable(
  rule: string,
  setting: NetworkSetting,
  parameters: ReadonlyMap<string, FloatArray>,
): FloatArray {
  const [, number, part] = /^head\/dense_(\d+)\/(kernel|bias)$/.exec(rule) ?? [];
  const layer = denseLayers(setting)[Number(number) - 1] ?? notCovered(`a variable of the head called "${rule}"`);
  if (part === "bias") return parameters.get(`${layer.name}.bias`)!;
  return transposed(parameters.get(`${layer.name}.weight`)!, layer.outputs, layer.inputs);
}

/** Parameters which Keras has as well: without gammas where batch norms do not scale. */
export function kerasInfos(setting: NetworkSetting, scale: boolean): readonly ParameterInfo[] {
  return infosOf(setting).filter(({ kind }) => scale || kind !== "gamma");
}

function denseLayers({ width, classes, hidden = [] }: NetworkSetting) {
  return headLayers(featureCount(width), { classes, hidden, dropout: 0 });
}

/** [rows, columns] -> [columns, rows] */
function transposed(matrix: FloatArray, rows: number, columns: number): FloatArray {
  const result = matrix.slice();
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column]!;
  return result;
}

function single(values: FloatArray): Float32Array {
  return Float32Array.from(values);
}
