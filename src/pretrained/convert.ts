// A file of weights in another format: read as a run would read it, written for other programs, read again before it is
// put in its place. Nothing is written over. Numbers are float32, names timm's, and batch norms stay unfolded, so that
// every file that is written can be the start of another run.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { fail } from "../errors.ts";
import { inceptionInput } from "../input-format.ts";
import { inceptionV4 } from "../models/inception-v4.ts";
import type { NamedTensors } from "../models/match-weights.ts";
import { toOnnx } from "../onnx/lower.ts";
import { writeModel } from "../onnx/write.ts";
import { type NetworkCard, readCard, writeCard } from "../weights/network-card.ts";
import { writeTimmFile } from "../weights/timm-file.ts";
import { writeWhole } from "../write-whole.ts";
import { openPretrained, type Pretrained } from "./open.ts";

export interface ConvertOptions {
  /** A file in any format that is read, or "small" for the network that comes with the package. */
  readonly from: string;
  /** Path of a .safetensors or .onnx file that is not there yet. */
  readonly to: string;
  /** Leaves the classifier out. */
  readonly features?: boolean | undefined;
}

export interface Conversion {
  readonly path: string;
  readonly sizeBytes: number;
  readonly format: "safetensors" | "onnx";
  readonly width: number;
  /** `null` without a classifier. */
  readonly classes: number | null;
  /** What got lost on the way, or was left out. */
  readonly notes: readonly string[];
}

/** What is written, whichever way: the tensors that are kept and what is said about them. */
interface Written extends Pick<Pretrained, "width" | "head"> {
  readonly tensors: NamedTensors;
  readonly card: NetworkCard;
}

type Writer = (written: Written) => Uint8Array;

const writers: { readonly [K in Conversion["format"]]: Writer } = { safetensors: asSafetensors, onnx: asOnnx };

/**
 * Writes weights anew.
 *
 * As .safetensors: timm's tensors, as `timm.create_model("inception_v4")` loads them. As .onnx: the network itself, from
 * `image` float32 [batch, 3, size, size], normalised, to `features` [batch, features] and, where there is a classifier,
 * `logits` [batch, classes].
 *
 * @throws weights/out-format, weights/out-exists, weights/not-written, and what keeps `from` from being read
 */
export async function convertWeights({ from, to, features = false }: ConvertOptions): Promise<Conversion> {
  const ending = extname(to);
  const format = ending.slice(1).toLowerCase();
  if (format !== "safetensors" && format !== "onnx") return fail("weights/out-format", { path: to, ending });
  if (existsSync(to)) return fail("weights/out-exists", { path: to });
  const opened = await openPretrained(from);
  const head = features ? undefined : opened.head;
  const tensors = new Map([...opened.base, ...(head?.tensors ?? [])]);
  const bytes = writers[format]({ width: opened.width, head, tensors, card: cardOf(opened, head) });
  await readAgain(bytes, tensors);
  await mkdir(dirname(to), { recursive: true })
    .then(() => writeWhole(to, bytes))
    .catch((error: Error) => fail("weights/not-written", { path: to, reason: error.message }));
  const notes = head?.backgroundDropped === true ? [...opened.notes, backgroundNote] : opened.notes;
  return { path: to, sizeBytes: bytes.length, format, width: opened.width, classes: head?.classes ?? null, notes };
}

const backgroundNote = "the first of its 1001 classes, TensorFlow's background, is left out";

function cardOf({ metadata, width }: Pretrained, head: Pretrained["head"]): NetworkCard {
  const card = readCard(metadata);
  const behindBackground = head?.backgroundDropped === true && card.classNames.length === 1001 ? 1 : 0;
  const names = (list: readonly string[]) => (head === undefined ? [] : list.slice(behindBackground));
  return { ...card, width, classNames: names(card.classNames), classIds: names(card.classIds) };
}

function asSafetensors({ tensors, card }: Written): Uint8Array {
  return writeTimmFile(tensors, card);
}

function asOnnx({ width, head, tensors, card }: Written): Uint8Array {
  const { size } = card.format ?? inceptionInput;
  const options = head === undefined ? undefined : { classes: head.classes, hidden: head.hidden, dropout: 0 };
  const network = inceptionV4({ width, batch: 1, size: [size, size], image: "preprocessed", head: options });
  const { graph, pooled: features, logits } = network;
  const constants = new Map([...tensors].map(([name, { values }]) => [name, values]));
  const outputs = logits === undefined ? { features } : { features, logits };
  return writeModel(
    toOnnx({ graph, outputs }, { constants, metadata: writeCard(card), symbolicBatch: true, name: "inception_v4" }),
  );
}

/** Reads what was written and holds it against what was meant, bit for bit. */
async function readAgain(bytes: Uint8Array, meant: NamedTensors): Promise<void> {
  const { base, head } = await openPretrained(bytes);
  const found = new Map([...base, ...(head?.tensors ?? [])]);
  const same = [...meant].every(([name, { values }]) => {
    const other = found.get(name)?.values;
    return other !== undefined && Buffer.from(bytesOf(values)).equals(bytesOf(other));
  });
  if (!same || found.size !== meant.size) throw new Error("internal: what was written is not what was read");
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
