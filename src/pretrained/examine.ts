// A file of weights looked at from end to end: whether a run can start from it, and everything else that can be found
// out. Does not stop at what is wrong, and says what a run would say about it.

import { type ErrorCode, ReinceptionError } from "../errors.ts";
import type { InputFormat } from "../input-format.ts";
import { matchWeights } from "../models/match-weights.ts";
import { type FileKind, fileKind } from "../weights/file-kind.ts";
import { type NetworkCard, readCard } from "../weights/network-card.ts";
import type { WeightsFormat } from "../weights/named-weights.ts";
import { type ComparedTensors, compareTensors } from "./compare-tensors.ts";
import type { NamedNetwork } from "./named-network.ts";
import { openWeights, readNetwork } from "./open.ts";

export interface WeightsProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
}

export interface WeightsExamination extends ComparedTensors {
  readonly path: string;
  readonly sizeBytes: number;
  /** Whether a run can start from it. */
  readonly usable: boolean;
  /** Why not, what a run would end with first. */
  readonly problems: readonly WeightsProblem[];
  /** Whose format it is in; `null` where its tensors cannot be read. */
  readonly format: WeightsFormat | null;
  /** What its bytes look like. */
  readonly kind: FileKind;
  /** How many tensors it holds. */
  readonly tensors: number;
  /** Whether the first of 1001 classes is taken for TensorFlow's background and left out. */
  readonly backgroundRow: boolean;
  /** `null` where the file does not say; then timm's is taken. */
  readonly inputFormat: InputFormat | null;
  readonly classNames: readonly string[];
  /** What got lost on the way, or differs. */
  readonly notes: readonly string[];
}

/**
 * Examines a file of weights.
 *
 * @param path - of a file in any format that is read, or "small" for the network that comes with the package
 * @throws weights/not-found, weights/too-large
 */
export async function examineWeights(path: string): Promise<WeightsExamination> {
  const file = openWeights(path);
  const problems: WeightsProblem[] = [];
  const attempt = async <T>(step: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof ReinceptionError)) throw error;
      problems.push({ code: error.code, message: error.found, fix: error.fix });
      return undefined;
    }
  };
  const network = await attempt(() => readNetwork(file));
  const compared = compareTensors(network?.tensors ?? new Map());
  if (network !== undefined) await attempt(() => matchWeights(network.tensors));
  const card = network && (await attempt(() => readCard(network.metadata)));
  return {
    path: file.source,
    sizeBytes: file.bytes.length,
    usable: problems.length === 0,
    problems,
    format: network?.format ?? null,
    kind: fileKind(file.bytes),
    tensors: network?.tensors.size ?? 0,
    ...compared,
    backgroundRow: compared.head?.classes === 1001 && compared.head.hidden.length === 0,
    inputFormat: card?.format ?? null,
    classNames: card?.classNames ?? [],
    notes: network === undefined ? [] : [...network.notes, ...notesOn(compared, card)],
  };
}

function notesOn({ width, head, numbers }: ComparedTensors, card: NetworkCard | undefined): NamedNetwork["notes"] {
  const named = card?.classNames.length ?? 0;
  const classes = head?.classes ?? 0;
  return [
    ...(named > 0 && named !== classes ? [`it names ${named} classes, but its classifier has ${classes}`] : []),
    ...(width !== null && numbers.statistics === "initial"
      ? ["its batch norms have the statistics with which a network begins: it has seen no picture"]
      : []),
  ];
}
