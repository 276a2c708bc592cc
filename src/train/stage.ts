// One stage of a strategy: epochs of steps, a judgement after each, the best parameters at the end. Yields what happens.

import { crossEntropyOf } from "../compile/2-loss.ts";
import { batchesOf, epochOrder, prefetch } from "../data/batches.ts";
import { fail } from "../errors.ts";
import { stream } from "../random.ts";
import type { RunConfig } from "./config.ts";
import type { EpochResult, RunEvent, Stopping } from "./events.ts";
import type { Feed } from "./feed.ts";
import { stageLearningRate } from "./learning-rate.ts";
import { argmax, softmax } from "./metrics.ts";
import type { Feeds, Parameters, Stepper } from "./stepper.ts";
import type { Stage } from "./strategy.ts";
import type { RunImage } from "./views.ts";

export interface StageWork {
  readonly index: number;
  readonly stage: Stage;
  readonly config: RunConfig;
  readonly classes: number;
  readonly train: readonly RunImage[];
  readonly validation: readonly RunImage[];
  readonly feed: Feed;
  readonly stepper: Stepper;
  /** Those which the stage may change; at the end they hold the best of its epochs. */
  readonly moving: Parameters;
  /** Inputs of the head which dropout thins out. */
  readonly dropoutUnits: number;
  /** Result of the parameters with which a later stage begins; beaten by no epoch, they stay. */
  readonly before: Pick<EpochResult, "validationLoss" | "validationAccuracy"> | undefined;
  readonly stopping: Stopping;
  /** Epochs of the stages before, as planned. */
  readonly epochsBefore: number;
  readonly clock: () => number;
}

export interface StageResult {
  readonly epochs: readonly (EpochResult & { readonly seconds: number })[];
  readonly bestEpoch: number;
  readonly best: Pick<EpochResult, "validationLoss" | "validationAccuracy"> | undefined;
  readonly reason: "done" | "patience" | "stopped";
  /** Seconds in which the engine had nothing to do because pixels or rows were not there. */
  readonly waitingSeconds: number;
}

export async function* runStage(work: StageWork): AsyncGenerator<RunEvent, StageResult> {
  const { index, stage, config, train, stopping, clock } = work;
  const stepsPerEpoch = Math.ceil(train.length / config.batchSize);
  const epochs: (EpochResult & { seconds: number })[] = [];
  let best = work.before;
  let bestEpoch = 0;
  let kept = copyOf(work.moving);
  let waitingMs = 0;
  let reason: StageResult["reason"] = "done";

  for (let epoch = 1; epoch <= stage.epochs && reason === "done"; epoch++) {
    const startedMs = clock();
    const epochNumber = work.epochsBefore + epoch; // over all stages: chance is drawn under it
    const batches = batchesOf(epochOrder(config.seed, epochNumber, train.length), config.batchSize);
    const tasks = batches.map((batch) => async () => {
      const images = Array.from(batch, (at) => train[at]!);
      return { images, feeds: await work.feed.learning(images, epochNumber) };
    });
    let [seen, lossSum, right, learningRate] = [0, 0, 0, 0];
    let waitedSinceMs = clock();
    let step = 0;
    for await (const { images, feeds } of prefetch(tasks, 2)) {
      waitingMs += clock() - waitedSinceMs;
      learningRate = stageLearningRate(stage, stepsPerEpoch * stage.epochs, (epoch - 1) * stepsPerEpoch + step);
      const labels = Uint32Array.from(images, ({ label }) => label);
      const masks = dropoutMasks(config, work.dropoutUnits, `${epochNumber}:${step}`, images.length);
      const { loss, logits } = await work.stepper.step({ ...feeds, ...masks }, labels, learningRate);
      if (!Number.isFinite(loss))
        fail("train/loss-not-finite", { stage: index + 1, epoch, step: step + 1, learningRate });
      step += 1;
      seen += images.length;
      lossSum += loss * images.length;
      right += argmax(logits, work.classes).reduce((total, said, i) => total + (said === labels[i] ? 1 : 0), 0);
      const seconds = (clock() - startedMs) / 1000;
      const secondsLeft = (seconds / step) * (stepsPerEpoch * (stage.epochs - epoch + 1) - step);
      yield {
        type: "step",
        stage: index,
        epoch,
        step,
        done: seen,
        total: train.length,
        loss,
        meanLoss: lossSum / seen,
        meanAccuracy: right / seen,
        learningRate,
        imagesPerSecond: seen / seconds,
        secondsLeft,
      };
      if (stopping()) {
        reason = "stopped";
        break;
      }
      waitedSinceMs = clock();
    }
    if (seen === 0) break;
    const judged = await judge(work);
    // after the last step of an epoch nothing else would notice
    if (!Number.isFinite(judged.validationLoss))
      fail("train/loss-not-finite", { stage: index + 1, epoch, step, learningRate });
    const result = { loss: lossSum / seen, accuracy: right / seen, ...judged };
    const seconds = (clock() - startedMs) / 1000;
    epochs.push({ ...result, seconds });
    const isBest = better(result, best, config.monitor);
    if (isBest) [best, bestEpoch, kept] = [result, epoch, copyOf(work.moving)];
    yield { type: "epoch", stage: index, epoch, epochs: stage.epochs, best: isBest, seconds, ...result };
    if (reason === "done" && stage.patience !== null && epoch - bestEpoch >= stage.patience) reason = "patience";
  }
  for (const [name, values] of kept) work.moving.get(name)!.set(values);
  yield { type: "stage-end", stage: index, bestEpoch, reason };
  return { epochs, bestEpoch, best, reason, waitingSeconds: waitingMs / 1000 };
}

/** Probabilities and losses of images with the parameters as they are. */
export async function predictAll(
  { feed, stepper, classes, config }: Pick<StageWork, "feed" | "stepper" | "classes" | "config">,
  images: readonly RunImage[],
): Promise<{ probabilities: Float64Array; losses: Float64Array }> {
  const order = Uint32Array.from(images.keys());
  const tasks = batchesOf(order, config.batchSize).map((batch) => async () => {
    const some = Array.from(batch, (at) => images[at]!);
    return { some, feeds: await feed.judging(some, config.batchSize) };
  });
  const probabilities = new Float64Array(images.length * classes);
  const losses = new Float64Array(images.length);
  let done = 0;
  for await (const { some, feeds } of prefetch(tasks, 2)) {
    const logits = (await stepper.evaluate(feeds, config.batchSize)).subarray(0, some.length * classes);
    probabilities.set(softmax(logits, classes), done * classes);
    losses.set(
      crossEntropyOf(
        logits,
        some.map(({ label }) => label),
        classes,
      ),
      done,
    );
    done += some.length;
  }
  return { probabilities, losses };
}

async function judge(work: StageWork): Promise<Pick<EpochResult, "validationLoss" | "validationAccuracy">> {
  const { probabilities, losses } = await predictAll(work, work.validation);
  const said = argmax(probabilities, work.classes);
  const count = work.validation.length;
  return {
    validationLoss: losses.reduce((total, loss) => total + loss, 0) / count,
    validationAccuracy:
      said.reduce((right, label, i) => right + (label === work.validation[i]!.label ? 1 : 0), 0) / count,
  };
}

/** By the monitored number; where accuracies are equal, by the loss. */
function better(
  now: Pick<EpochResult, "validationLoss" | "validationAccuracy">,
  best: Pick<EpochResult, "validationLoss" | "validationAccuracy"> | undefined,
  monitor: RunConfig["monitor"],
): boolean {
  if (best === undefined) return true;
  if (monitor === "accuracy" && now.validationAccuracy !== best.validationAccuracy)
    return now.validationAccuracy > best.validationAccuracy;
  return now.validationLoss < best.validationLoss;
}

/** Zeros where a unit is left out, 1 / (1 - rate) elsewhere, so that the mean stays (inverted dropout, as Keras' layer). */
function dropoutMasks({ dropout, seed }: RunConfig, units: number, name: string, batch: number): Feeds {
  if (dropout === 0) return {};
  const random = stream(seed, `dropout:${name}`);
  const mask = Float32Array.from({ length: batch * units }, () => (random() < dropout ? 0 : 1 / (1 - dropout)));
  return { "dropout.0": mask };
}

function copyOf(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, values]) => [name, values.slice()]));
}
