// The files of Inception-v4 that others have published, as data: where each lies, what it must be, and how good the network
// in it is. Fetches nothing; which of them are on this machine is weights-cache's business.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { fail } from "../errors.ts";
import { nearest } from "../option-values.ts";
import type { FileKind } from "../weights/file-kind.ts";

export interface PublishedFile {
  /** What is typed: --weights imagenet. */
  readonly name: string;
  readonly title: string;
  readonly url: string;
  /** What a mirror calls it, below its base. */
  readonly mirrorPath: string;
  /** What the cache and a folder that serves as mirror call it. */
  readonly fileName: string;
  readonly kind: FileKind;
  readonly size: {
    readonly bytes: number;
    /** Computed from the format and not read off the file, so that the file may have a little more or less. */
    readonly predicted: boolean;
  };
  /** Known in advance; `null` where the first download is recorded and every later look is held against it. */
  readonly checksum: {
    readonly algorithm: "sha256" | "md5";
    /** All of the digest, or as much as its publisher has put into the name. */
    readonly begins: string;
  } | null;
  readonly licence: string;
  /** Shares of ImageNet's validation images, one crop, as the publisher measured them. */
  readonly top1: number | null;
  readonly top5: number | null;
}

const kerasRelease = "https://github.com/kentsommer/keras-inceptionV4/releases/download/2.1";
const kerasFile = "inception-v4_weights_tf_dim_ordering_tf_kernels";

export const publishedFiles: readonly PublishedFile[] = [
  {
    name: "imagenet",
    title: "timm's inception_v4.tf_in1k, 1000 classes",
    url: "https://huggingface.co/timm/inception_v4.tf_in1k/resolve/main/model.safetensors",
    mirrorPath: "timm/inception_v4.tf_in1k/resolve/main/model.safetensors",
    fileName: "inception_v4.tf_in1k.safetensors",
    kind: "safetensors",
    size: { bytes: 171_064_488, predicted: true },
    checksum: null,
    licence: "Apache-2.0",
    top1: 0.80144,
    top5: 0.94982,
  },
  {
    name: "imagenet-cadene",
    title: "Cadene's inceptionv4, PyTorch, 1001 classes",
    url: "https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-cadene/inceptionv4-8e4777a0.pth",
    mirrorPath: "inceptionv4-8e4777a0.pth",
    fileName: "inceptionv4-8e4777a0.pth",
    kind: "pytorch",
    size: { bytes: 171_082_495, predicted: false },
    checksum: { algorithm: "sha256", begins: "8e4777a0" },
    licence: "BSD-3-Clause; weights from Apache-2.0",
    top1: 0.80062,
    top5: 0.94926,
  },
  {
    name: "imagenet-tf-slim",
    title: "TF-slim's inception_v4_2016_09_09, 1001 classes",
    url: "https://storage.googleapis.com/download.tensorflow.org/models/inception_v4_2016_09_09.tar.gz",
    mirrorPath: "inception_v4_2016_09_09.tar.gz",
    fileName: "inception_v4_2016_09_09.tar.gz",
    kind: "gzip",
    size: { bytes: 171_000_000, predicted: true },
    checksum: null,
    licence: "Apache-2.0",
    top1: 0.802,
    top5: 0.952,
  },
  {
    name: "imagenet-keras",
    title: "kentsommer's, Keras 2, 1001 classes",
    url: `${kerasRelease}/${kerasFile}.h5`,
    mirrorPath: `${kerasFile}.h5`,
    fileName: `${kerasFile}.h5`,
    kind: "hdf5",
    size: { bytes: 171_000_000, predicted: true },
    checksum: { algorithm: "md5", begins: "9fe79d77f793fe874470d84ca6ba4a3b" },
    licence: "Apache-2.0",
    top1: 0.8046,
    top5: 0.9512,
  },
  {
    name: "imagenet-keras-notop",
    title: "kentsommer's, Keras 2, without a head",
    url: `${kerasRelease}/${kerasFile}_notop.h5`,
    mirrorPath: `${kerasFile}_notop.h5`,
    fileName: `${kerasFile}_notop.h5`,
    kind: "hdf5",
    size: { bytes: 165_000_000, predicted: true },
    checksum: { algorithm: "md5", begins: "9296b46b5971573064d12e4669110969" },
    licence: "Apache-2.0",
    top1: null,
    top5: null,
  },
];

/** Whether `--weights` with this word means a published file and not a path. */
export function isPublished(word: string): boolean {
  return publishedFiles.some(({ name }) => name === word);
}

/** @throws weights/unknown */
export function publishedFile(name: string): PublishedFile {
  const names = publishedFiles.map((file) => file.name);
  return (
    publishedFiles.find((file) => file.name === name) ??
    fail("weights/unknown", { name, nearest: nearest(name, names) })
  );
}

/**
 * Where a file is fetched from.
 *
 * @param mirror - what `resolveMirror` made of it; where the file was published if undefined
 */
export function addressOf({ url, mirrorPath, fileName }: PublishedFile, mirror: URL | undefined): URL {
  if (mirror === undefined) return new URL(url);
  const base = new URL(mirror);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return new URL(base.protocol === "file:" ? encodeURI(fileName) : base.pathname + mirrorPath, base);
}

/**
 * The base of a mirror: an address as it is, the path of a folder as a file address.
 *
 * @param folder - where relative paths begin, absolute
 * @param named - the flag or variable that says it
 * @throws options/value
 */
export function resolveMirror(mirror: string, folder: string, named = "--weights-mirror"): URL {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(mirror)) return pathToFileURL(resolve(folder, mirror));
  if (URL.canParse(mirror) && /^(?:https?|file):/i.test(mirror)) return new URL(mirror);
  const needed = "an http, https or file address or a folder";
  return fail("options/value", { flag: named, value: mirror, needed, example: "https://mirror.example.org" });
}

/** An address as it may be shown and written: without the password in it. */
export function shown(address: URL): string {
  if (address.username === "" && address.password === "") return address.href;
  const open = new URL(address);
  open.username = "";
  open.password = "";
  return open.href;
}
