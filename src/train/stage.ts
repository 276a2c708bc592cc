// One stage of a strategy: epochs of steps, a judgement after each, the best parameters at the end. Yields what happens.

import { batchesOf, prefetch } from "../data/batches.ts";
import { readAhead } from "../data/read-ahead.ts";
import { fail } from "../errors.ts";
import { type EarlyStoppingState, newEarlyStopping, observeEpoch } from "../optimize/early-stopping.ts";
import { openAverages } from "./averages.ts";
import type { RunConfig } from "./config.ts";
import { dropoutMasks } from "./dropout.ts";
import type { EpochResult, Overfitting, RunEvent, Stopping } from "./events.ts";
import type { Feed } from "./feed.ts";
import { gapIn } from "./gap.ts";
import { improvesBy, type Judgement, judgementOf } from "./judgement.ts";
import { stageLearningRate } from "./learning-rate.ts";
import { aheadBytes, bytesOf, type Lesson, lessonsOf } from "./lessons.ts";
import { argmax } from "../metrics.ts";
import { remediesFor } from "./remedies.ts";
import type { Answers, Feeds, Parameters, Stepper, StepperState } from "./stepper.ts";
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
  readonly before: Judgement | undefined;
  readonly stopping: Stopping;
  /** Epochs of the stages before, as planned. */
  readonly epochsBefore: number;
  readonly clock: () => number;
  /** Where an interrupted run left off; absent at the stage's beginning. */
  readonly from?: StageSnapshot | undefined;
  /** Of what the last checkpoint is, in words. */
  readonly lastCheckpoint: () => string;
  /** Asked after every step and at the end of every epoch, which is a `rest`; whoever wants to keep the state takes it. */
  readonly pause: (place: "step" | "rest", take: () => StageSnapshot) => Promise<void>;
}

/** Where a stage is, between two steps: plain data. */
export interface StagePosition {
  /** The epoch that is under way, from 1; one more than there are behind the last. */
  readonly epoch: number;
  /** Steps of it that are done. */
  readonly step: number;
  /** Sums over those steps. */
  readonly seen: number;
  readonly lossSum: number;
  readonly right: number;
  readonly epochs: StageResult["epochs"];
  readonly best: StageResult["best"] | null;
  readonly bestEpoch: number;
  readonly reason: StageResult["reason"];
  /** Updates that the optimizer has made. */
  readonly updates: number;
}

/** Everything from which a stage goes on as if it had not been interrupted. */
export interface StageSnapshot {
  readonly position: StagePosition;
  readonly moving: Parameters;
  readonly best: Parameters;
  /** Of what moves; empty where the stage has none. */
  readonly averages: Parameters;
  readonly optimizer: StepperState["arrays"];
}

export interface StageResult {
  readonly epochs: readonly (EpochResult & { readonly seconds: number })[];
  readonly bestEpoch: number;
  readonly best: Judgement | undefined;
  readonly reason: "done" | "patience" | "stopped";
  readonly overfitting: Overfitting | null;
  /** Seconds in which the engine had nothing to do because pixels or rows were not there. */
  readonly waitingSeconds: number;
}

export async function* runStage(work: StageWork): AsyncGenerator<RunEvent, StageResult> {
  const lessons = lessonsOf(work, work.from?.position ?? { epoch: 1, step: 0 });
  try {
    return yield* learn(work, lessons);
  } finally {
    await lessons.return(undefined);
  }
}

async function* learn(work: StageWork, lessons: AsyncIterator<Lesson>): AsyncGenerator<RunEvent, StageResult> {
  const { index, stage, config, train, clock, from } = work;
  const stepsPerEpoch = Math.ceil(train.length / config.batchSize);
  const epochs = [...(from?.position.epochs ?? [])];
  const stopping = { improves: improvesBy(config.monitor), patience: stage.patience };
  let found = from === undefined ? newEarlyStopping(work.before) : foundBy(from.position);
  let reason: StageResult["reason"] = from?.position.reason ?? "done";
  let waitingMs = 0;
  if (from !== undefined) restore(work, from);
  let kept = copyOf(from?.best ?? work.moving);
  const since = from && { updates: from.position.updates, averages: from.averages };
  const averages = openAverages(work.moving, stage.ema ?? null, since);

  for (let epoch = from?.position.epoch ?? 1; epoch <= stage.epochs && reason === "done"; epoch++) {
    const startedMs = clock();
    const epochNumber = work.epochsBefore + epoch; // over all stages: chance is drawn under it
    const began = epoch === from?.position.epoch ? from.position : { step: 0, seen: 0, lossSum: 0, right: 0 };
    let { step, seen, lossSum, right } = began;
    const snapshot = (place: Pick<StagePosition, "epoch" | "step" | "seen" | "lossSum" | "right">): StageSnapshot => {
      const { updates, arrays } = work.stepper.state();
      const { best = null, bestEpoch } = found;
      const position = { ...place, epochs: [...epochs], best, bestEpoch, reason, updates };
      return { position, moving: work.moving, best: kept, averages: averages.state, optimizer: arrays };
    };
    let learningRate = 0;
    while (step < stepsPerEpoch) {
      const waitedSinceMs = clock();
      const { images, feeds, ownShare, besides = 0 } = await nextOf(lessons);
      waitingMs += clock() - waitedSinceMs;
      const place = [stepsPerEpoch * stage.epochs, (epoch - 1) * stepsPerEpoch + step] as const;
      learningRate = stageLearningRate(stage, ...place, epochs);
      const labels = Uint32Array.from(images, ({ label }) => label);
      const masks = dropoutMasks(config, work.dropoutUnits, `${epochNumber}:${step}`, images.length + besides);
      const notes = { weights: weightsOf(images), ownShare, besides };
      const { loss, logits: all } = await work.stepper.step({ ...feeds, ...masks }, labels, learningRate, notes);
      const logits = all.subarray(0, images.length * work.classes);
      if (!Number.isFinite(loss))
        fail("train/loss-not-finite", {
          stage: index + 1,
          epoch,
          step: step + 1,
          learningRate,
          checkpoint: work.lastCheckpoint(),
        });
      averages.follow();
      step += 1;
      seen += images.length;
      lossSum += loss * images.length;
      const shown = ownShare < 0.5 ? labels.toReversed() : labels; // of a mixed image, what there is more of
      right += argmax(logits, work.classes).reduce((total, said, i) => total + (said === shown[i] ? 1 : 0), 0);
      const seconds = (clock() - startedMs) / 1000;
      const secondsLeft = (seconds / (step - began.step)) * (stepsPerEpoch * (stage.epochs - epoch + 1) - step);
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
        imagesPerSecond: (seen - began.seen) / seconds,
        secondsLeft,
      };
      const stop = work.stopping();
      await work.pause(stop ? "rest" : "step", () => snapshot({ epoch, step, seen, lossSum, right }));
      if (stop) {
        reason = "stopped";
        break;
      }
    }
    if (seen === 0) break;
    const judged = await averages.judged(() => judge(work));
    // after the last step of an epoch nothing else would notice
    if (!Number.isFinite(judged.validationLoss))
      fail("train/loss-not-finite", { stage: index + 1, epoch, step, learningRate, checkpoint: work.lastCheckpoint() });
    const result = { loss: lossSum / seen, accuracy: right / seen, ...judged };
    const seconds = (clock() - startedMs) / 1000;
    epochs.push({ ...result, seconds });
    found = observeEpoch(stopping, found, { epoch, result });
    if (found.improved) kept = copyOf(averages.shown);
    yield { type: "epoch", stage: index, epoch, epochs: stage.epochs, best: found.improved, seconds, ...result };
    const overfitting = overfittingOf(work, epochs);
    if (overfitting?.toldAtEpoch === epoch) yield { type: "overfitting", stage: index, ...overfitting };
    if (reason === "done" && found.stop) reason = "patience";
    if (reason !== "stopped")
      await work.pause("rest", () => snapshot({ epoch: epoch + 1, step: 0, seen: 0, lossSum: 0, right: 0 }));
  }
  for (const [name, values] of kept) work.moving.get(name)!.set(values);
  const { best, bestEpoch } = found;
  yield { type: "stage-end", stage: index, bestEpoch, reason };
  const overfitting = overfittingOf(work, epochs);
  return { epochs, bestEpoch, best, reason, overfitting, waitingSeconds: waitingMs / 1000 };
}

function overfittingOf(
  { index, config, train, validation }: StageWork,
  epochs: readonly EpochResult[],
): Overfitting | null {
  const gap = gapIn(epochs, { train: train.length, validation: validation.length });
  return gap && { ...gap, remedies: remediesFor(config, index, gap.sinceEpoch) };
}

async function nextOf(lessons: AsyncIterator<Lesson>): Promise<Lesson> {
  const { done, value } = await lessons.next();
  if (done) throw new Error("internal: the lessons end before the stage");
  return value;
}

/** Nothing where no image has a weight of its own. */
function weightsOf(images: readonly RunImage[]): readonly number[] | undefined {
  return images.some(({ weight }) => weight !== undefined) ? images.map(({ weight = 1 }) => weight) : undefined;
}

/** What the epochs before have come to. */
function foundBy({ epochs, best, bestEpoch }: StagePosition): EarlyStoppingState<Judgement> {
  return { ...newEarlyStopping(best ?? undefined), bestEpoch, waited: epochs.length - bestEpoch };
}

function restore({ moving, stepper }: StageWork, { position, moving: values, optimizer }: StageSnapshot): void {
  for (const [name, parameter] of moving) parameter.set(values.get(name)!);
  stepper.restore({ updates: position.updates, arrays: optimizer });
}

/** What the network says of images with the parameters as they are: logits, and what enters the head. */
export async function answersOf(
  { feed, stepper, classes, config }: Pick<StageWork, "feed" | "stepper" | "classes" | "config">,
  images: readonly RunImage[],
): Promise<Answers> {
  const order = Uint32Array.from(images.keys());
  const tasks = batchesOf(order, config.batchSize).map((batch) => async () => {
    const some = Array.from(batch, (at) => images[at]!);
    return { some, feeds: await feed.judging(some, config.batchSize) };
  });
  const logits = new Float32Array(images.length * classes);
  let features = new Float32Array();
  let done = 0;
  const depth = readAhead(({ feeds }: { feeds: Feeds }) => bytesOf(feeds), aheadBytes);
  for await (const { some, feeds } of prefetch(tasks, depth)) {
    const answer = await stepper.evaluate(feeds, config.batchSize);
    const width = answer.features.length / config.batchSize;
    if (done === 0) features = new Float32Array(images.length * width);
    logits.set(answer.logits.subarray(0, some.length * classes), done * classes);
    features.set(answer.features.subarray(0, some.length * width), done * width);
    done += some.length;
  }
  return { logits, features };
}

async function judge(work: StageWork): Promise<Judgement> {
  const { logits } = await answersOf(work, work.validation);
  return judgementOf(logits, work.validation, work.classes);
}

function copyOf(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, values]) => [name, values.slice()]));
}
