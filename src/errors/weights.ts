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
  "weights/several-depths": ({ depths }: { depths: readonly string[] }) => ({
    found: `the model has a head behind ${depths.join(" and ")}, and none of what no head reads.`,
    fix: "Start from the weights that its run began with (run.json names them), or from the model of a run that fine-tuned.",
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
    fix: "Give the path of a file of weights, or use the network that comes with the package: --weights small",
  }),
  "weights/too-large": ({ path, sizeBytes }: { path: string; sizeBytes: number }) => ({
    found: `"${path}" has ${sizeBytes} bytes, ten times those of the largest Inception-v4.`,
    fix: "Give a file of Inception-v4, or use the network that comes with the package: --weights small",
  }),
  "weights/other-format": ({ source, kind }: { source: string; kind: string }) => ({
    found: `"${source}" ${kind === "unknown" ? "is in no format of weights that is read" : `looks like ${kind}, which is not read`}.`,
    fix: "Give a .safetensors, .pth, .ckpt, .h5, .keras or .onnx file, or use the network that comes with the package: --weights small",
  }),
  "weights/damaged": ({ source, reason }: { source: string; reason: string }) => ({
    found: `"${source}" is damaged: ${reason}.`,
    fix: "Fetch it again, or use the network that comes with the package: --weights small",
  }),
  "weights/no-checkpoint": ({ source, names }: { source: string; names: readonly string[] }) => ({
    found: `"${source}" holds ${names.length === 0 ? "no files" : some(names)}, but a TensorFlow checkpoint is needed: a .ckpt, or an .index with its .data-00000-of-00001.`,
    fix: "Unpack it and give the file of weights itself, or use the network that comes with the package: --weights small",
  }),
  "weights/several-checkpoints": ({ source, names }: { source: string; names: readonly string[] }) => ({
    found: `"${source}" holds ${names.length} checkpoints, ${some(names)}, but one is needed.`,
    fix: `Unpack it and give one of them: tar -xf "${source}"`,
  }),
  "weights/checkpoint-part": ({ source, part }: { source: string; part: string }) => ({
    found: `"${source}" is one part of a TensorFlow checkpoint, and "${part}" is needed beside it.`,
    fix: "Put all its files into one folder and give the path of the .index, or use --weights small",
  }),
  "weights/checkpoint-not-read": ({ source, what }: { source: string; what: string }) => ({
    found: `"${source}" is a TensorFlow checkpoint ${what}, which is not read.`,
    fix: "Load it in TensorFlow and write it again with tf.compat.v1.train.Saver, or use --weights small",
  }),
  "weights/object-checkpoint": ({ source }: { source: string }) => ({
    found: `"${source}" is a checkpoint of TensorFlow 2's objects, whose names do not tell which layer a tensor belongs to.`,
    fix: 'Load it in Keras, write it with model.save_weights("inception-v4.weights.h5"), and give that file.',
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
  "weights/quantized": ({ op }: { op: string }) => ({
    found: `the ONNX model is quantized (it has a ${op}), but the numbers that were learnt are needed.`,
    fix: "Give the model as it was before it was quantized, or use the network that comes with the package: --weights small",
  }),
  "weights/onnx-layout": ({ name, what }: { name: string; what: string }) => ({
    found: `the convolutions of the ONNX model have no names and are not those of Inception-v4 in its order: the one in the place of "${name}" ${what}.`,
    fix: 'Export it with its names: torch.onnx.export(model, image, "inception-v4.onnx", dynamo=False, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)',
  }),
  "weights/out-format": ({ path, ending }: { path: string; ending: string }) => ({
    found: `"${path}" ${ending === "" ? "has no ending" : `ends in "${ending}"`}, but .safetensors and .onnx are what is written.`,
    fix: `Name the file for example: ${path.slice(0, path.length - ending.length)}.safetensors`,
  }),
  "weights/out-exists": ({ path }: { path: string }) => ({
    found: `there is something at "${path}" already, and nothing is written over it.`,
    fix: "Give another name for the new file, or remove the old one first.",
  }),
  "weights/not-written": ({ path, reason }: { path: string; reason: string }) => ({
    found: `"${path}" cannot be written (${reason}).`,
    fix: "Give a path in a folder that is yours and has space left.",
  }),
  "weights/keras-unnamed": ({ source, group }: { source: string; group: string }) => ({
    found: `"${source}" does not say in "${group}" which layer its weights belong to: Keras 3 writes that, but its first versions did not.`,
    fix: "Open the model in a newer Keras 3 and save it again with model.save, or use the network that comes with the package: --weights small",
  }),
  "weights/keras-layers": (details: { convolutions: number; batchNorms: number; needed: number }) => ({
    found: `the weights hold ${details.convolutions} convolutions and ${details.batchNorms} batch norms under Keras' names ("conv2d_1", "batch_normalization_1"), but Inception-v4 has ${details.needed} of each.`,
    fix: "Give an unchanged Inception-v4 with Keras' own names, or use the network that comes with the package: --weights small",
  }),
  "weights/keras-layer": (details: { layer: string; weights: readonly string[]; needed: string }) => ({
    found: `the layer "${details.layer}" in the weights holds ${some(details.weights)}, but ${details.needed} is needed.`,
    fix: "Give an unchanged Inception-v4, or use the network that comes with the package: --weights small",
  }),
  "weights/metadata": ({ key, text, needed }: { key: string; text: string; needed: string }) => ({
    found: `the weights say "${key}" is "${text.length > 60 ? `${text.slice(0, 60)}...` : text}", but ${needed} is needed.`,
    fix: `Write the file again with "${key}" mended or left out, or use the network that comes with the package: --weights small`,
  }),
  "weights/unknown": ({ name, nearest }: { name: string; nearest: string | undefined }) => ({
    found: `there are no published weights "${name}"${nearest === undefined ? "" : `; "${nearest}" comes nearest`}.`,
    fix: "To see all of them, type: reinception weights list",
  }),
  "weights/offline": ({ url, reason, path }: { url: string; reason: string; path: string }) => ({
    found: `${url} cannot be reached (${reason}), and the weights are not on this machine yet.`,
    fix: `Use the network that comes with the package, which works at once: --weights small\nOr fetch that address elsewhere, and pass the file with --weights FILE or put it at "${path}".`,
  }),
  "weights/download": ({ url, reason }: { url: string; reason: string }) => ({
    found: `the weights were not to be had from ${url}: ${reason}.`,
    fix: "Name another source with --weights-mirror, pass a file with --weights FILE, or use the network that comes with the package: --weights small",
  }),
  "weights/download-cut": (details: { url: string; reason: string; doneBytes: number; sizeBytes: number }) => ({
    found: `the download from ${details.url} ended after ${details.doneBytes} of ${details.sizeBytes} bytes, again and again (${details.reason}).`,
    fix: "Start again when the connection is better: what has come is kept, and it goes on from there.",
  }),
  "weights/proxy": ({ found, variable }: { found: string; variable: string | undefined }) => ({
    found: `${found}.`,
    fix:
      variable === undefined
        ? 'Name it with its password: export HTTPS_PROXY="http://name:password@proxy.example.org:8080"'
        : `Write for example: export ${variable}="http://proxy.example.org:8080"`,
  }),
  "weights/checksum": (details: {
    what: string;
    found: string;
    needed: string;
    name: string;
    record: string | undefined;
  }) => ({
    found: `${details.what} has ${details.found}, but ${details.needed} ${details.record === undefined ? "was published" : "was recorded when it was first fetched"}.`,
    fix: `Fetch it again: reinception weights pull ${details.name}${details.record === undefined ? "" : `\nIf its publisher has replaced it and you trust the new one, remove "${details.record}" before.`}`,
  }),
  "weights/not-published": ({ url, sizeBytes, reason }: { url: string; sizeBytes: number; reason: string }) => ({
    found: `${url} gave ${sizeBytes} bytes that are not the published file: ${reason}`,
    fix: "Where a network wants one to sign in first, do so and start again; else name another source with --weights-mirror.",
  }),
} satisfies Record<string, (details: never) => Sentence>;
