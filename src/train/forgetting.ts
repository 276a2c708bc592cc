// What a run has lost of what the network knew before: measured after the stages, and held below a limit where one is set, by
// going back on the way that fine-tuning has gone. Changes nothing while stages run, and nothing at all without a limit.

import { nowMs } from "../clock.ts";
import { depthName } from "../models/inception-v4.ts";
import { agreementOf } from "../retain/agreement.ts";
import { interpolated } from "../retain/interpolate.ts";
import { chosenOn, type Judgement, judgedWay, type WayPoint } from "../retain/way-back.ts";
import { stream } from "../random.ts";
import type { RunEvent, SourceScore } from "./events.ts";
import { type BeforeAndAfter, driftOf, scoreOf, shareRight } from "./forgetting-measures.ts";
import { type Gauge, openGauge } from "./gauge.ts";
import type { OpenRun } from "./open-run.ts";
import type { PlannedStage } from "./plan.ts";
import type { Forgetting } from "./report.ts";
import { baseLearns } from "./retention.ts";
import type { Answering, StagesProgress } from "./run-stages.ts";
import type { SourcePictures } from "./source-pictures.ts";
import type { Parameters } from "./stepper.ts";
import type { RunImage } from "./views.ts";

/** Held-out pictures that are looked at, drawn by their content: for answers, and for the averages of every block. */
const most = { answers: 1000, averages: 500 };

export interface ForgettingOptions {
  readonly open: OpenRun;
  readonly planned: readonly PlannedStage[];
  /** The parameters as the run began. */
  readonly initial: Parameters;
  readonly source: SourcePictures | undefined;
  readonly progress: Pick<StagesProgress, "head">;
}

export interface ForgettingWatch {
  /** Asked after each stage. After the last one it measures everything, and moves the parameters back as far as they must. */
  look(stage: number): AsyncGenerator<RunEvent, SourceScore | undefined>;
  /** Answers of the parameters as the last look left them. */
  answering(usual: Answering): Answering;
  /** Null where nothing of the base has learnt, or the run was stopped. */
  result(): Forgetting | null;
  close(): Promise<void>;
}

/** A gauge, and what it says of the source with the parameters as the run began. */
interface Opened {
  readonly gauge: Gauge;
  readonly sourceBefore: number;
}

export function watchForgetting(options: ForgettingOptions): ForgettingWatch {
  const { open, planned, initial, source } = options;
  const { data, parameters, watch } = open;
  const measured = source?.measured ?? [];
  let opened: Opened | undefined;
  let result: Forgetting | null = null;

  async function* begin(): AsyncGenerator<RunEvent, Opened | undefined> {
    const images = [...data.validation, ...data.test, ...measured];
    const gauge = yield* openGauge({ open, planned, initial, images });
    return gauge && { gauge, sourceBefore: await sourceAccuracy(gauge, initial, measured) };
  }

  return {
    async *look(stage) {
      if (!planned.slice(0, stage + 1).some(baseLearns)) return undefined;
      opened ??= yield* begin();
      if (opened === undefined) return undefined;
      const { gauge, sourceBefore } = opened;
      let score: SourceScore | undefined;
      if (source !== undefined) {
        score = scoreOf(measured.length, sourceBefore, await sourceAccuracy(gauge, parameters, measured));
        yield { type: "source", stage, ...score };
      }
      if (stage === planned.length - 1) result = yield* measure(options, opened);
      watch.lap("evaluate");
      return score;
    },
    answering(usual) {
      if (opened === undefined || result === null || result.chosen === 1) return usual;
      const { gauge } = opened; // a stage's own program holds what earlier stages have moved as it was
      return async (images) => {
        const { logits, pooled } = await gauge.said(parameters, images, ["logits", "pooled"]);
        return { logits: logits!, features: pooled! };
      };
    },
    result: () => result,
    close: async () => opened?.gauge.close(),
  };
}

async function* measure(options: ForgettingOptions, opened: Opened): AsyncGenerator<RunEvent, Forgetting> {
  const { open, planned, initial, source } = options;
  const { data, parameters, base, config } = open;
  const { gauge, sourceBefore } = opened;
  const heldOut = drawn(data.validation, most.answers);
  const names = [...gauge.blocks.map(depthName), ...(base.source === undefined ? [] : ["source"])];
  const before = await gauge.said(initial, heldOut, names);
  const way = base.source === undefined ? [] : yield* wayOf(options, opened, heldOut, before.source!);
  const limit = config.maxForgetting ?? null;
  const chosen = way.length === 0 ? undefined : chosenOn(way, limit);
  if (chosen !== undefined && chosen.share !== 1) moveBack(options, chosen.share);
  const after = await gauge.said(parameters, heldOut, names);
  const compared: BeforeAndAfter = {
    images: heldOut.length,
    said: [before, after],
    parameters: [initial, parameters],
  };
  const score = () => scoreOf(source!.measured.length, sourceBefore, sourceBefore - chosen!.forgotten);
  return {
    source: source === undefined ? null : score(),
    answers:
      base.source === undefined
        ? null
        : { images: heldOut.length, ...agreementOf(before.source!, after.source!, base.source.classes) },
    ...driftOf(compared, planned[0]!.infos, gauge.blocks, most.averages),
    way,
    chosen: chosen?.share ?? 1,
    limit,
  };
}

/** The way from where fine-tuning began to where it ended, judged on held-out pictures. */
async function* wayOf(
  { open, planned, initial, progress, source }: ForgettingOptions,
  { gauge, sourceBefore }: Opened,
  heldOut: readonly RunImage[],
  before: Float32Array,
): AsyncGenerator<RunEvent, readonly WayPoint[]> {
  const { parameters, base } = open;
  const judge = async (moved: Parameters, share: number): Promise<Judgement> => {
    const { logits, source: after } = await gauge.said(moved, heldOut, ["logits", "source"]);
    const forgotten =
      source === undefined
        ? 1 - agreementOf(before, after!, base.source!.classes).agreement
        : sourceBefore - (share === 0 ? sourceBefore : await sourceAccuracy(gauge, moved, source.measured));
    return { accuracy: shareRight(logits!, heldOut), forgotten };
  };
  const { start, end } = endsOf(planned, { initial, parameters, head: progress.head });
  const points = judgedWay(start, end, judge);
  const total = 11 * heldOut.length;
  const startedMs = nowMs();
  for (let next = await points.next(); ; next = await points.next()) {
    if (next.done) return next.value;
    const done = Math.round(next.value.share * 10 + 1) * heldOut.length;
    const imagesPerSecond = (done * 1000) / Math.max(nowMs() - startedMs, 1);
    yield { type: "progress", phase: "evaluate", done, total, imagesPerSecond };
  }
}

/**
 * Both ends of the way, as far as anything moves on it. It begins with the original base and the head that the stages before
 * have trained; where there were none, the head is the trained one all the way.
 */
export function endsOf(
  planned: readonly PlannedStage[],
  run: { readonly initial: Parameters; readonly parameters: Parameters; readonly head: Parameters | undefined },
): { readonly start: Parameters; readonly end: Parameters } {
  const headFirst = planned.findIndex(baseLearns) > 0;
  const inHead = new Set(planned[0]!.infos.flatMap(({ name, block }) => (block === "head" ? [name] : [])));
  const names = new Set(planned.flatMap(({ moves }) => [...moves]));
  const end = new Map([...names].map((name) => [name, run.parameters.get(name)!]));
  const start = new Map(
    [...end].map(([name, values]) => {
      if (!inHead.has(name)) return [name, run.initial.get(name)!];
      return [name, headFirst ? (run.head?.get(name) ?? values) : values];
    }),
  );
  return { start, end };
}

function moveBack({ open, planned, initial, progress }: ForgettingOptions, share: number): void {
  const { parameters } = open;
  const { start, end } = endsOf(planned, { initial, parameters, head: progress.head });
  for (const [name, values] of interpolated(start, end, share)) parameters.get(name)!.set(values);
}

async function sourceAccuracy(gauge: Gauge, parameters: Parameters, images: readonly RunImage[]): Promise<number> {
  if (images.length === 0) return 0;
  const { source } = await gauge.said(parameters, images, ["source"]);
  return shareRight(source!, images);
}

/** At most so many, chosen by what is in them and not by where they stand. */
function drawn(images: readonly RunImage[], count: number): readonly RunImage[] {
  if (images.length <= count) return images;
  const number = ({ hash }: RunImage) => stream(0, `forgetting:${hash}`)();
  return images
    .map((image) => ({ image, at: number(image) }))
    .sort((left, right) => left.at - right.at)
    .slice(0, count)
    .map(({ image }) => image);
}
