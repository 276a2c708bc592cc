// What a weights file is, told from its first and last bytes and never from its name.

export type FileKind = "safetensors" | "pytorch" | "zip" | "tar" | "gzip" | "hdf5" | "tensorflow" | "onnx" | "unknown";

interface Signature {
  readonly kind: FileKind;
  /** Negative counts from the end. */
  readonly at: number;
  readonly bytes: readonly number[];
}

/** In this order; the weak ones come last. */
const signatures: readonly Signature[] = [
  { kind: "zip", at: 0, bytes: [0x50, 0x4b, 0x03, 0x04] }, // torch 1.6 and later, Keras 3's .keras
  { kind: "pytorch", at: 0, bytes: [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20] }, // pickles, before
  { kind: "tar", at: 257, bytes: [0x75, 0x73, 0x74, 0x61, 0x72] }, // "ustar"; torch 0.1.9 and before
  { kind: "gzip", at: 0, bytes: [0x1f, 0x8b] },
  { kind: "hdf5", at: 0, bytes: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] },
  { kind: "tensorflow", at: -8, bytes: [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb] },
  { kind: "safetensors", at: 8, bytes: [0x7b] }, // "{", behind the length of the header
  { kind: "onnx", at: 0, bytes: [0x08] },
];

export function fileKind(file: Uint8Array): FileKind {
  const found = signatures.find(({ at, bytes }) => {
    const start = at < 0 ? file.length + at : at;
    return bytes.every((byte, i) => file[start + i] === byte);
  });
  if (found?.kind === "zip") return holdsPickle(file) ? "pytorch" : "zip";
  if (found?.kind === "tar") return holdsStorages(file) ? "pytorch" : "tar";
  return found?.kind ?? "unknown";
}

/** Where the directory of a zip archive of a few thousand entries begins, at the latest. */
const directoryBytes = 2 ** 20;

/** torch.save puts `<name>/data.pkl` first into its archive; one that was packed again names it in its directory. */
function holdsPickle(zip: Uint8Array): boolean {
  return [zip.subarray(30, 286), zip.subarray(-directoryBytes)].some((part) => latin1(part).includes("/data.pkl"));
}

/** torch up to 0.1.9 wrote archives of the members "sys_info", "pickle", "tensors" and "storages". */
function holdsStorages(tar: Uint8Array): boolean {
  for (let at = 0, members = 0; members < 4 && at + 512 <= tar.length; members++) {
    const name = latin1(tar.subarray(at, at + 100)).replace(/\0.*$/s, "");
    if (name === "storages") return true;
    const sizeBytes = Number.parseInt(latin1(tar.subarray(at + 124, at + 136)), 8);
    if (!(sizeBytes >= 0)) return false;
    at += 512 + Math.ceil(sizeBytes / 512) * 512;
  }
  return false;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
