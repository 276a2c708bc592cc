// What can be wrong with a file of weights.

import { type Sentence, some } from "./words.ts";

export const weightsErrors = {
  "weights/not-inception-v4": ({ names }: { names: readonly string[] }) => ({
    found:
      names.length === 0
        ? "the weights hold no tensors, but those of Inception-v4 are needed."
        : `the weights hold ${some(names)}, but those of Inception-v4 are needed, from "features.0.conv.weight" on.`,
    fix: "Give Inception-v4 with timm's names, or use the network that comes with the package: --weights small",
  }),
  "weights/missing": ({ missing, needed }: { missing: readonly string[]; needed: number }) => ({
    found: `${missing.length} of the ${needed} tensors of Inception-v4 are missing from the weights: ${some(missing)}.`,
    fix: "Give the whole network, or use the one that comes with the package: --weights small",
  }),
  "weights/shape": (details: { name: string; found: readonly number[]; needed: readonly number[] }) => ({
    found: `"${details.name}" in the weights has shape [${details.found.join(", ")}], but [${details.needed.join(", ")}] is needed.`,
    fix: "Give an unchanged Inception-v4, or use the network that comes with the package: --weights small",
  }),
  "weights/not-finite": ({ name, value }: { name: string; value: number }) => ({
    found: `"${name}" in the weights holds ${value}, but every number must be finite.`,
    fix: "The training that wrote it went astray, or the file is damaged: fetch it again, or take an earlier one.",
  }),
  "weights/variance": ({ name, value }: { name: string; value: number }) => ({
    found: `"${name}" in the weights holds the variance ${value}, but variances are not negative.`,
    fix: "The file is damaged or its tensors are mixed up: fetch it again, or use --weights small",
  }),
  "weights/not-found": ({ path, isFolder }: { path: string; isFolder: boolean }) => ({
    found: isFolder
      ? `"${path}" is a folder, but a file of weights is needed.`
      : `there is no file of weights at "${path}".`,
    fix: "Give the path of a .safetensors file, or use the network that comes with the package: --weights small",
  }),
  "weights/too-large": ({ path, sizeBytes }: { path: string; sizeBytes: number }) => ({
    found: `"${path}" has ${sizeBytes} bytes, ten times those of the largest Inception-v4.`,
    fix: "Give a .safetensors file of Inception-v4, or use the network that comes with the package: --weights small",
  }),
  "weights/other-format": ({ source, kind }: { source: string; kind: string }) => ({
    found: `"${source}" ${kind === "unknown" ? "is in no format of weights that is read" : `looks like ${kind}, which is not read`}.`,
    fix: "Give a .safetensors or .pth file, or use the network that comes with the package: --weights small",
  }),
  "weights/damaged": ({ source, reason }: { source: string; reason: string }) => ({
    found: `"${source}" is damaged: ${reason}.`,
    fix: "Fetch it again, or use the network that comes with the package: --weights small",
  }),
  "weights/foreign-object": ({ source, name }: { source: string; name: string }) => ({
    found: `"${source}" asks for Python's "${name}", but only dictionaries of tensors are read, and nothing in a file is run.`,
    fix: 'Save the tensors alone, where the network was made: torch.save(model.state_dict(), "inception-v4.pth")',
  }),
  "weights/no-state-dict": ({ source }: { source: string }) => ({
    found: `"${source}" holds no dictionary of tensors, but the state_dict of a network is needed.`,
    fix: 'Save it where the network was made: torch.save(model.state_dict(), "inception-v4.pth")',
  }),
  "weights/torchscript": ({ source }: { source: string }) => ({
    found: `"${source}" is a TorchScript program, but a dictionary of tensors is needed.`,
    fix: `Save its tensors alone, in Python: torch.save(torch.jit.load("${source}").state_dict(), "inception-v4.pth")`,
  }),
  "weights/torch-tar": ({ source }: { source: string }) => ({
    found: `"${source}" is a tar archive of torch 0.1.9 or before, but only later files are read.`,
    fix: `If you trust where it comes from, save it again, in Python: torch.save(torch.load("${source}", weights_only=False), "inception-v4.pth")`,
  }),
  "weights/byte-order": ({ source }: { source: string }) => ({
    found: `"${source}" was written on a big-endian machine, but little-endian numbers are needed.`,
    fix: `Save it again, with Python on an x86 or ARM machine: torch.save(torch.load("${source}"), "inception-v4.pth")`,
  }),
  "weights/element-type": ({ name, dtype }: { name: string; dtype: string }) => ({
    found: `"${name}" in the weights holds elements of type ${dtype}, but F32, F16, BF16 or F64 are needed.`,
    fix: "Give the network as it was before it was quantized, or use the one that comes with the package: --weights small",
  }),
  "weights/metadata": ({ key, text, needed }: { key: string; text: string; needed: string }) => ({
    found: `the weights say "${key}" is "${text.length > 60 ? `${text.slice(0, 60)}...` : text}", but ${needed} is needed.`,
    fix: `Write the file again with "${key}" mended or left out, or use the network that comes with the package: --weights small`,
  }),
} satisfies Record<string, (details: never) => Sentence>;
