// What holds a stage to the original network: which term its loss gets, what of the original network that term takes, and
// where its steps are pulled back to.

import type { Retention } from "../compile/2-retention.ts";
import { fail } from "../errors.ts";
import { blocks } from "../models/card.ts";
import { depthName } from "../models/inception-v4.ts";
import type { RunConfig } from "./config.ts";
import type { PlannedStage } from "./plan.ts";
import type { SourceClassifier } from "./source-classifier.ts";
import type { Parameters, StepperOptions } from "./stepper.ts";
import type { Retain, Stage } from "./strategy.ts";

/** Of `lwf`, as its authors chose it. */
const temperature = 2;

/** L2-SP's pull of the head towards zero, as a share of the learning rate. */
const headDecay = 0.01;

/** Whether anything but the head learns. */
export function baseLearns({ infos, learns }: Pick<PlannedStage, "infos" | "learns">): boolean {
  return infos.some(({ name, block }) => block !== "head" && learns.has(name));
}

/** Blocks behind a boundary, by timm's names. */
export function blocksBehind(boundary: string): readonly string[] {
  const last = blocks.findIndex(({ name }) => name === boundary);
  return boundary === "pooled" ? [] : blocks.slice(last + 1).map(({ name }) => name);
}

/**
 * @throws retain/no-classifier where a stage is held by the answers of a classifier that the weights do not have
 */
export function checkRetention(
  { strategy, weights, maxForgetting }: Pick<RunConfig, "strategy" | "weights" | "maxForgetting">,
  source: SourceClassifier | undefined,
): void {
  if (source !== undefined) return;
  const held = strategy.stages.find(
    ({ retain }) => retain?.strength > 0 && (retain.method === "lwf" || retain.method === "rehearsal"),
  );
  if (held !== undefined) fail("retain/no-classifier", { option: `--retain ${held.retain.method}`, weights });
  if (typeof maxForgetting === "number") fail("retain/no-classifier", { option: "--max-forgetting", weights });
}

/** The term of a stage's loss; undefined where nothing of the base learns, or no term holds it. */
export function termOf(plan: PlannedStage, source: SourceClassifier | undefined): Retention | undefined {
  const { method, strength } = retainOf(plan);
  if (strength === 0 || !baseLearns(plan)) return undefined;
  if (method === "ldifs") return { method, strength, blocks: blocksBehind(plan.boundary).map(depthName) };
  if (source === undefined) return undefined;
  if (method === "lwf") return { method, strength, temperature, classes: source.classes };
  return method === "rehearsal" ? { method, classes: source.classes } : undefined;
}

/** Stages of earlier versions, which a resumed run may have, say nothing of it. */
function retainOf({ stage }: PlannedStage): Retain {
  return (stage as Partial<Stage>).retain ?? { method: "none", strength: 0 };
}

/** Averages of the original network that a term takes, by name. */
export function originalsOf(term: Retention | undefined): readonly string[] {
  if (term === undefined || term.method === "rehearsal") return [];
  return term.method === "lwf" ? ["pooled"] : term.blocks;
}

/** Blocks whose averages a program has to have for a term. */
export function depthsOf(term: Retention | undefined): readonly string[] {
  if (term?.method !== "ldifs") return [];
  return blocks.flatMap(({ name }) => (term.blocks.includes(depthName(name)) ? [name] : []));
}

/**
 * Where L2-SP pulls the parameters of a stage, and how far each time; undefined where it does not.
 *
 * @param initial - the original parameters
 */
export function pullOf(plan: PlannedStage, initial: Parameters): StepperOptions["pull"] {
  const { learningRate: highest } = plan.stage;
  const retain = retainOf(plan);
  if (retain.method !== "l2-sp" || retain.strength === 0 || !baseLearns(plan)) return undefined;
  const inHead = new Set(plan.infos.flatMap(({ name, block }) => (block === "head" ? [name] : [])));
  return (name, learningRate) => {
    if (!inHead.has(name))
      return { origin: initial.get(name)!, share: Math.min(1, (retain.strength * learningRate) / highest) };
    return { origin: undefined, share: plan.kernels.has(name) ? headDecay * learningRate : 0 };
  };
}

/** The parameters of the base as they are now, for good: a copy of those that any stage moves. */
export function originalParameters(parameters: Parameters, planned: readonly PlannedStage[]): Parameters {
  const moves = new Set(planned.flatMap((plan) => [...plan.moves]));
  return new Map([...parameters].map(([name, values]) => [name, moves.has(name) ? values.slice() : values]));
}
