// The curves of a run, gathered from its events one by one and never more of them than a page can show many times over.
// Knows nothing of files: curve-files.ts reads them.

import type { RunEvent } from "../index.ts";
import type { Curves, StageCurve } from "./api.ts";
import { type Point, thinned } from "./thinning.ts";

export interface Curve {
  /** Takes the next event. */
  take(event: RunEvent): void;
  /** @param most - points of the steps of each stage */
  shown(most: number): Curves["stages"];
}

/** Points of a stage that are kept; what is shown is thinned from them. */
const mostKept = 2 ** 15;

interface GrowingStage {
  readonly name: string;
  readonly firstStep: number;
  readonly stepsPerEpoch: number;
  steps: Point[];
  readonly epochs: StageCurve["epochs"][number][];
  learningRate: number;
}

export function newCurve(kept = mostKept): Curve {
  const stages: GrowingStage[] = [];

  function begin(stage: number, unfreeze: string, stepsPerEpoch: number): void {
    if (stages[stage] !== undefined) return;
    const before = stages.at(-1);
    const firstStep = before === undefined ? 0 : (lastStep(before) ?? before.firstStep);
    stages[stage] = {
      name: unfreeze,
      firstStep,
      stepsPerEpoch,
      steps: [],
      epochs: [],
      learningRate: 0,
    };
  }

  return {
    take(event) {
      if (event.type === "stage") return begin(event.stage, event.plan.unfreeze, event.plan.stepsPerEpoch);
      if (event.type !== "step" && event.type !== "epoch") return;
      const stage = stages[event.stage];
      if (stage === undefined) return;
      if (event.type === "epoch") {
        const { epoch, loss, accuracy, validationLoss, validationAccuracy } = event;
        const step = stage.firstStep + epoch * stage.stepsPerEpoch;
        const measured = { loss, accuracy, validationLoss, validationAccuracy };
        stage.epochs.push({ step, epoch, ...measured, learningRate: stage.learningRate });
        return;
      }
      stage.learningRate = event.learningRate;
      const step = stage.firstStep + (event.epoch - 1) * stage.stepsPerEpoch + event.step;
      stage.steps.push({ step, loss: event.loss });
      if (stage.steps.length > kept) stage.steps = [...thinned(stage.steps, kept / 2)];
    },
    shown: (most) =>
      stages
        .filter((stage) => stage !== undefined)
        .map(({ name, firstStep, steps, epochs }) => ({
          ...{ name, firstStep, steps: thinned(steps, most), epochs: [...epochs] },
        })),
  };
}

/** Where a stage has come to; undefined before its first step. */
function lastStep({ steps, epochs }: GrowingStage): number | undefined {
  const [step, epoch] = [steps.at(-1)?.step, epochs.at(-1)?.step];
  return step === undefined || (epoch !== undefined && epoch > step) ? epoch : step;
}
