// What there is to know without running anything: of a network and what would learn in it, of a run, of a model file, of a
// file of weights. Opens no engine and decodes no picture.

import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fail } from "../errors.ts";
import type { InputFormat } from "../input-format.ts";
import type { MatchedWeights } from "../models/match-weights.ts";
import { flagOf, type OptionName } from "../options.ts";
import { openPretrained } from "../pretrained/open.ts";
import { fileKind } from "../weights/file-kind.ts";
import { type NetworkCard, readCard } from "../weights/network-card.ts";
import { type InspectNetworkOptions, inspectNetwork, type NetworkInspection } from "./inspect-network.ts";
import { type ModelCard, readModelCard } from "./model-file.ts";
import type { Report } from "./report.ts";
import { type RunRecord, readReport, readRunRecord } from "./run-folder.ts";

export interface InspectOptions extends InspectNetworkOptions {
  /** A run's folder, a model.onnx or a file of weights; the network that the other options describe if absent. */
  readonly target?: string | undefined;
}

export interface RunInspection {
  readonly kind: "run";
  readonly path: string;
  readonly record: RunRecord;
  /** `null` where the run has not come to its end. */
  readonly report: Report | null;
}

export interface ModelInspection {
  readonly kind: "model";
  readonly path: string;
  readonly sizeBytes: number;
  readonly card: ModelCard;
}

export interface WeightsInspection {
  readonly kind: "weights";
  readonly path: string;
  readonly sizeBytes: number;
  readonly width: number;
  /** Of the base without its head and without running statistics. */
  readonly parameters: number;
  readonly format: InputFormat | null;
  readonly head: { readonly classes: number; readonly hidden: readonly number[] } | null;
  readonly card: Pick<NetworkCard, "classNames" | "dataset" | "top1" | "top5">;
  /** Tensors that the network has no place for. */
  readonly unused: readonly string[];
}

export type Inspection = NetworkInspection | RunInspection | ModelInspection | WeightsInspection;

/**
 * Looks at `target`, or at the network that the options describe.
 *
 * @throws inspect/not-found, run/not-a-run, model/..., onnx/..., weights/..., options/...
 */
export async function inspect({ target, ...options }: InspectOptions = {}): Promise<Inspection> {
  if (target === undefined) return inspectNetwork(options);
  const [option] = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [name as OptionName],
  );
  if (option !== undefined)
    fail("options/not-with", { option: flagOf(option), other: `"${target}"`, fix: "Leave one of the two out." });
  const path = resolve(target);
  const found = await stat(path).catch(() => fail("inspect/not-found", { path: target }));
  if (found.isDirectory()) return inspectRun(path);
  const bytes = await readFile(path);
  if (fileKind(bytes) !== "onnx") return inspectWeights(path, found.size);
  return { kind: "model", path, sizeBytes: found.size, card: readModelCard(path, bytes) };
}

async function inspectRun(path: string): Promise<RunInspection> {
  const record = await readRunRecord(path);
  return { kind: "run", path, record, report: await readReport(path).catch(() => null) };
}

async function inspectWeights(path: string, sizeBytes: number): Promise<WeightsInspection> {
  const { metadata, width, base, head, unused } = await openPretrained(path);
  const { format, classNames, dataset, top1, top5 } = readCard(metadata);
  return {
    kind: "weights",
    path,
    sizeBytes,
    width,
    parameters: countLearnable(base),
    format: format ?? null,
    head: head === undefined ? null : { classes: head.classes, hidden: head.hidden },
    card: { classNames, dataset, top1, top5 },
    unused,
  };
}

function countLearnable(base: MatchedWeights["base"]): number {
  return [...base].reduce((total, [name, { values }]) => total + (name.includes(".running_") ? 0 : values.length), 0);
}
