// How much learns in a Keras program: layers, tensors and numbers by name and by count, of the small network that was
// trained and of the real one.

import { elementCount } from "../../src/ir/tensor-type.ts";
import { kerasLayers } from "../../src/models/keras-layers.ts";
import type { ParameterInfo } from "../../src/models/parameters.ts";
import { type Check, exactly, guarded, notCovered, type Place, sameSet } from "./check.ts";
import type { KerasProgram, KerasProgramsFixture, KerasStage } from "./keras-fixture.ts";
import { kerasInfos, type LearningStage, learningStage, settingOf } from "./keras-stage.ts";

export function* compareCounts(
  place: Place,
  program: KerasProgram,
  stage: KerasStage,
  learning: LearningStage,
): Generator<Check> {
  const { ofBase, batchNorms, batchStatistics, layers } = learning;
  const { all, head } = tablesOf(program, learning);
  const withVariables = layers.filter(({ type }) => type === "Conv2D" || type === "BatchNormalization");
  const { trainableLayersOfBase: expected } = stage;
  yield exactly(place, "learning layers", layers.length, expected.count);
  yield exactly(
    place,
    "their names",
    withVariables.map(({ name }) => name),
    expected.withVariables,
  );
  yield sameSet(place, "their convolutions", new Set(withVariables.map(({ timm }) => timm)), expected.timm);
  yield sameSet(
    place,
    "batch norms that use the batch",
    batchStatistics,
    stage.batchNormInTrainingMode.map(({ timm }) => timm),
  );
  yield sameSet(
    place,
    "learning parameters of the base by name",
    ofBase,
    stage.trainableVariables.map(({ timm }) => timm),
  );
  const moving = batchNorms.flatMap((name) => [`${name}.running_mean`, `${name}.running_var`]);
  yield sameSet(
    place,
    "moving statistics by name",
    moving,
    stage.movingStatistics.map(({ timm }) => timm),
  );
  yield exactly(place, "variables of the head", head.length, stage.headVariables.length);
  const ours = countsOf(program, learning);
  yield exactly(place, "learning tensors", ours.trainableTensors, stage.trainableTensors);
  yield exactly(place, "learning parameters", ours.trainableParameters, stage.trainableParameters);
  yield exactly(place, "learning parameters of the base", ours.ofBase, stage.trainableParametersOfBase);
  yield exactly(place, "parameters", numbersIn(all), stage.totalParameters);
}

/** The counts of the real network, of the same programs at full width. */
export async function* checkFullWidth({ fullWidth, programs }: KerasProgramsFixture): AsyncGenerator<Check> {
  for (const { program: letter, base, scale, classes, ...expected } of fullWidth.counts) {
    const place: Place = {
      file: "keras-programs",
      case: `full width ${letter}, ${base}, scale ${scale}`,
      engine: "exact",
    };
    yield* guarded(place, async function* () {
      const like = programs.find(({ program }) => program === letter) ?? notCovered(`program "${letter}"`);
      const program = { ...like, width: "1", scale, classes };
      yield exactly(place, "counts", countsOf(program, learningStage({ base }, program)), expected);
    });
  }
}

/** In the order of the fixture. */
function countsOf(program: KerasProgram, learning: LearningStage) {
  const { all, head, ofBase } = tablesOf(program, learning);
  return {
    layersOfBase: kerasLayers().length,
    trainableParameters: numbersIn([...ofBase, ...head]),
    ofBase: numbersIn(ofBase),
    trainableTensors: ofBase.length + head.length,
    totalParameters: numbersIn(all),
  };
}

function tablesOf(program: KerasProgram, learning: LearningStage) {
  const all = kerasInfos(settingOf(program), program.scale);
  const names = new Set(learning.ofBase);
  return { all, head: all.filter(({ block }) => block === "head"), ofBase: all.filter(({ name }) => names.has(name)) };
}

function numbersIn(infos: readonly ParameterInfo[]): number {
  return infos.reduce((total, { shape }) => total + elementCount(shape), 0);
}
