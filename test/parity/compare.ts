// Everything that a folder of fixtures holds, compared: each file by its schema. A file of another schema, or one that is
// no fixture at all, is a failed check.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkAugment } from "./augment.ts";
import { type Check, exactly, notCovered, within } from "./check.ts";
import { checkForward } from "./forward.ts";
import { checkGradientCases } from "./gradients.ts";
import { checkGradientBlocks } from "./gradients-blocks.ts";
import { checkHeatMaps } from "./heat-maps.ts";
import { checkKerasLayers } from "./keras-layers.ts";
import { checkKerasPrograms } from "./keras-programs.ts";
import { checkLogistic } from "./logistic.ts";
import { checkOptimizers } from "./optimizers.ts";
import { checkPreprocessing } from "./preprocessing.ts";
import { checkRule } from "./rule.ts";
import { checkSteps } from "./steps.ts";

/** One function for each schema, from what was read and the folder it was in. Types are those the schema promises. */
const bySchema: Readonly<Record<string, (fixture: never, folder: string) => AsyncIterable<Check>>> = {
  "rule/1": checkRule,
  "keras-layers/1": checkKerasLayers,
  "preprocessing/1": checkPreprocessing,
  "optimizers/1": optimizerChecks,
  "forward/1": checkForward,
  "gradients/1": gradientChecks,
  "steps/1": checkSteps,
  "keras-programs/1": checkKerasPrograms,
  "augment/1": checkAugment,
  "logistic/1": checkLogistic,
  "grad-cam/1": checkHeatMaps,
};

/** Checks of every `.json` file of a folder, file by file and case by case. */
export async function* compareFolder(folder: string): AsyncGenerator<Check> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  if (files.length === 0) yield failed(folder, "no fixture (*.json) in this folder");
  for (const file of files.sort()) {
    try {
      const fixture = JSON.parse(readFileSync(join(folder, file), "utf8")) as { readonly schema?: unknown };
      const check =
        bySchema[String(fixture.schema)] ?? notCovered(`a file of schema ${JSON.stringify(fixture.schema)}`);
      let compared = 0;
      for await (const one of check(fixture as never, folder)) {
        compared += 1;
        yield one;
      }
      if (compared === 0) yield failed(file, "nothing in this file was compared");
    } catch (error) {
      yield failed(file, String(error));
    }
  }
}

async function* gradientChecks(
  fixture: Parameters<typeof checkGradientBlocks>[0] & Parameters<typeof checkGradientCases>[0],
) {
  yield* checkGradientCases(fixture);
  yield* checkGradientBlocks(fixture);
}

async function* optimizerChecks(fixture: Parameters<typeof checkOptimizers>[0]): AsyncGenerator<Check> {
  for (const { id, error, tolerance, reason } of checkOptimizers(fixture)) {
    const engine = id.endsWith(" float32") ? "float32" : "float64";
    yield within(
      { file: "optimizers", case: id.replace(/ float(32|64)$/, ""), engine },
      reason ?? "numbers",
      error,
      tolerance,
    );
  }
}

function failed(file: string, what: string): Check {
  return { ...exactly({ file, case: "-", engine: "exact" }, what, 0, 0), error: Number.POSITIVE_INFINITY };
}
