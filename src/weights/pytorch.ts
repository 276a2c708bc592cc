// Files of torch.save as named float32 tensors: finds the state dictionary in what was saved, and brings its tensors into
// row-major order. Pickles are read as data; nothing in a file is ever run.

import { fail } from "../errors.ts";
import type { NamedTensor, NamedWeights, WeightsFile } from "./named-weights.ts";
import { isDictionary, isTensor, type Pickled, type PickledDictionary, type TensorPlace } from "./pickle-values.ts";
import { openTorchStream } from "./pytorch-stream.ts";
import { openTorchZip, type TorchContent } from "./pytorch-zip.ts";
import { elementsOf, toRowMajor } from "./strided.ts";

/**
 * Under which keys checkpoints keep their state dictionary, in order of preference: of a checkpoint that has both, timm
 * takes the moving average too.
 */
const wrappers = ["state_dict_ema", "state_dict", "model"] as const;

/**
 * Reads the zip archive of torch 1.6 and later or the stream of earlier ones. Entries of the dictionary that are no
 * tensors are passed over, as are counters of batches.
 *
 * @throws weights/damaged, weights/foreign-object, weights/no-state-dict, weights/torchscript, weights/byte-order,
 * weights/torch-tar, weights/element-type
 */
export async function readPytorch({ bytes, source }: WeightsFile): Promise<NamedWeights> {
  const content = await openTorch(bytes, source);
  const places = stateDictionary(content.value) ?? fail("weights/no-state-dict", { source });
  const storages = await readStorages(content, places, source);
  const tensors = new Map<string, NamedTensor>();
  for (const [name, place] of places) {
    const { key, dtype } = place.storage;
    const values = toRowMajor(storages.get(key)!, dtype, place);
    if (values === undefined) return fail("weights/element-type", { name, dtype });
    tensors.set(name, { shape: place.shape, values });
  }
  return { format: "pytorch", tensors, metadata: {} };
}

async function openTorch(bytes: Uint8Array, source: string): Promise<TorchContent> {
  if (bytes[0] === 0x50) return openTorchZip(bytes, source); // "PK"
  if (bytes[0] === 0x80) return openTorchStream(bytes, source); // PROTO
  return fail("weights/torch-tar", { source });
}

/** The tensors by name, of the first wrapper that holds some, else of the whole; `undefined` where there are none. */
function stateDictionary(value: Pickled): ReadonlyMap<string, TensorPlace> | undefined {
  if (!isDictionary(value)) return undefined;
  const candidates = [...wrappers.map((key) => value.get(key)), value].filter(isDictionary);
  return candidates.map(tensorsOf).find(({ size }) => size > 0);
}

function tensorsOf(dictionary: PickledDictionary): ReadonlyMap<string, TensorPlace> {
  const named = [...dictionary].filter(
    (entry): entry is [string, TensorPlace] => typeof entry[0] === "string" && isTensor(entry[1]),
  );
  return new Map(named.filter(([name]) => !name.endsWith("num_batches_tracked")));
}

/**
 * The storages that the tensors lie in, each once. Tensors may share one, or repeat a number along an axis of stride 0, so
 * what they unfold to is bounded here, before anything is allocated for it: to a number for each byte of the storages.
 */
async function readStorages(
  content: TorchContent,
  places: ReadonlyMap<string, TensorPlace>,
  source: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const storages = new Map<string, Uint8Array>();
  let [storedBytes, numbers] = [0, 0];
  for (const { storage, shape } of places.values()) {
    numbers += elementsOf(shape);
    if (storages.has(storage.key)) continue;
    const bytes = await content.read(storage);
    storages.set(storage.key, bytes);
    storedBytes += bytes.length;
  }
  if (numbers > storedBytes)
    return fail("weights/damaged", { source, reason: `its tensors unfold ${storedBytes} bytes to ${numbers} numbers` });
  return storages;
}
