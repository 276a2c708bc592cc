// Every message a user can meet: code, what was found and what is needed, and one fix that works as typed. Bugs of ours
// are not here: they are plain errors which begin "internal:".

interface Sentence {
  readonly found: string;
  readonly fix: string;
}

const catalogue = {
  "data/not-found": ({ path }: { path: string }) => ({
    found: `there is nothing at "${path}".`,
    fix: "Give the folder that holds one sub-folder of pictures for each class.",
  }),
  "data/not-a-folder": ({ path }: { path: string }) => ({
    found: `"${path}" is a file, but a folder of pictures is needed.`,
    fix: "Give the folder that holds one sub-folder of pictures for each class; unpack an archive first.",
  }),
  "data/folder-closed": ({ path, reason }: { path: string; reason: string }) => ({
    found: `the folder "${path}" cannot be opened (${reason}).`,
    fix: `Allow yourself to read it: chmod -R u+rX "${path}"`,
  }),
  "data/no-class-folders": ({ path, pictures }: { path: string; pictures: number }) => ({
    found:
      pictures === 0
        ? `"${path}" holds no pictures.`
        : `${pictures === 1 ? "1 picture lies" : `${pictures} pictures lie`} in "${path}" itself, in no class folder.`,
    fix: "Make one sub-folder for each class, named after it, and move its pictures there: photos/cat, photos/dog.",
  }),
  "data/one-class": ({ path, name, inner }: { path: string; name: string; inner: string | undefined }) => ({
    found: `"${path}" holds only one class, "${name}", but at least two are needed.`,
    fix:
      inner === undefined
        ? 'Add a folder with pictures of something else, for example "other".'
        : `If the classes are the folders inside it, give that folder: "${inner}"`,
  }),
  "data/class-too-small": ({ name, count }: { name: string; count: number }) => ({
    found: `class "${name}" has ${count === 1 ? "1 picture" : `${count} pictures`}, but 2 are needed: one to learn from, one to check on.`,
    fix: `Add pictures to "${name}", or move it out of the folder.`,
  }),
  "data/class-names-collide": ({ first, second }: { first: string; second: string }) => ({
    found: `the folders "${first}" and "${second}" have names that look the same but are spelt with other characters.`,
    fix: "Move the pictures of one of them into the other.",
  }),
  "data/class-not-in-train": ({ name, split }: { name: string; split: string }) => ({
    found: `class "${name}" has pictures in ${split}, but none in train, so it cannot be learned.`,
    fix: `Add pictures of "${name}" to train, or move it out of ${split}.`,
  }),
  "data/unreadable": ({ name, reason }: { name: string; reason: string }) => ({
    found: `the picture "${name}" cannot be read: ${reason}.`,
    fix: "Replace it by a whole copy in JPEG, PNG, WebP, GIF, TIFF or AVIF, or take it out of the folder.",
  }),
  "data/too-many-pixels": (details: { name: string; width: number; height: number; limit: number }) => ({
    found: `the picture "${details.name}" has ${details.width} x ${details.height} pixels, more than ${details.limit / 1e6} million.`,
    fix: "Make it smaller, or take it out of the folder.",
  }),
  "data/decoder-stopped": ({ name, reason }: { name: string; reason: string }) => ({
    found: `the worker that decodes pictures stopped while it read "${name}" (${reason}).`,
    fix: "Take this picture out of the folder; if others stop it too, free some memory or use fewer workers.",
  }),
  "cache/not-written": ({ path, reason, sizeBytes }: { path: string; reason: string; sizeBytes: number }) => ({
    found: `the cache in "${path}" did not take ${sizeBytes} bytes (${reason}).`,
    fix: 'Free space there, or keep the cache elsewhere: export REINCEPTION_CACHE="$HOME/reinception-cache"',
  }),
  "engine/crashed": ({ how, lastWords }: { how: string; lastWords: string }) => ({
    found: `the engine's process ended without a result (${how})${lastWords === "" ? "." : `:\n${lastWords}`}`,
    fix: "If memory ran out, try a smaller --batch-size, fewer unfrozen layers or a smaller --size.",
  }),
  "optimize/unknown-definition": ({
    optimizer,
    definition,
    known,
  }: {
    optimizer: string;
    definition: string;
    known: readonly string[];
  }) => ({
    found: `there is no optimizer "${optimizer}" as "${definition}" defines it.`,
    fix: known.length > 0 ? `Give definition: "${known[0]}" (of ${known.join(", ")}).` : 'Give name: "adamw".',
  }),
  "optimize/number-out-of-range": ({ option, value, needed }: { option: string; value: unknown; needed: string }) => ({
    found: `${option} is ${value}, but the optimizer needs a number ${needed}.`,
    fix: `Leave ${option} out to take the library's own number.`,
  }),
  "optimize/nesterov-without-momentum": (_: {}) => ({
    found: "nesterov looks ahead along the momentum, but momentum is 0.",
    fix: "Give momentum: 0.9, or leave nesterov out.",
  }),
  "optimize/dampening-does-not-fit": ({ dampening }: { dampening: number }) => ({
    found: `dampening is ${dampening}, but Keras has no dampening, and nesterov works without it only.`,
    fix: "Leave dampening out.",
  }),
  "optimize/clipping-limit": ({ limit }: { limit: number }) => ({
    found: `gradients would be clipped at ${limit}, but the limit must be above 0.`,
    fix: "Give 1, or leave clipping out.",
  }),
  "optimize/piecewise-lengths": ({ boundaries, rates }: { boundaries: number; rates: number }) => ({
    found: `a piecewise schedule has ${boundaries} boundaries and ${rates} rates, but needs one rate more than boundaries.`,
    fix: `Give ${boundaries + 1} rates.`,
  }),
  "options/value": (details: { flag: string; value: string; needed: string; example: string }) => ({
    found: `${details.flag} is "${details.value}", but it must be ${details.needed}.`,
    fix: `Write for example: ${details.flag} ${details.example}`,
  }),
  "options/unknown": ({ option, nearest, help }: { option: string; nearest: string | undefined; help: string }) => ({
    found: `there is no option "${option}"${nearest === undefined ? "" : `; "${nearest}" comes nearest`}.`,
    fix: `To see all options, type: ${help}`,
  }),
  "options/unknown-command": ({ command, nearest }: { command: string; nearest: string | undefined }) => ({
    found: `there is no command "${command}"${nearest === undefined ? "" : `; "${nearest}" comes nearest`}.`,
    fix: "To see all commands, type: reinception --help",
  }),
  "options/missing": ({ what, example }: { what: string; example: string }) => ({
    found: `${what} is missing.`,
    fix: `Write for example: ${example}`,
  }),
  "options/too-many": ({ command, help }: { command: string; help: string }) => ({
    found: `reinception ${command} has been given more than it takes; names with blanks need quotes.`,
    fix: `To see what it takes, type: ${help}`,
  }),
  "options/not-with": ({ option, other, fix }: { option: string; other: string; fix: string }) => ({
    found: `${option} has no effect with ${other}.`,
    fix,
  }),
  "options/stage-count": (details: {
    flag: string;
    given: number;
    strategy: string;
    stages: number;
    example: string;
  }) => ({
    found: `${details.flag} has ${details.given} numbers, but ${details.strategy} has ${details.stages === 1 ? "one stage" : `${details.stages} stages`}.`,
    fix: `Give one number${details.stages === 1 ? "" : " for all stages or one for each"}: ${details.flag} ${details.example}`,
  }),
  "options/beside-strategy": ({ option }: { option: string }) => ({
    found: `"${option}" is given beside a strategy that says this itself.`,
    fix: `Say it inside, as in strategy: hybrid({ ... }), or name the strategy only: strategy: "hybrid".`,
  }),
  "options/no-stages": (_: {}) => ({
    found: "the strategy has no stages, so nothing would learn.",
    fix: "Use one of featureExtraction(), fineTuning() and hybrid().",
  }),
  "options/width": ({ width }: { width: number }) => ({
    found: `the width is ${width}, but every layer would need a whole number of channels: multiples of 1/32 give that.`,
    fix: "Use 1, 0.5, 0.25, 0.125 or 0.0625: --width 0.25",
  }),
  "options/size": ({ size, smallest }: { size: readonly number[]; smallest: number }) => ({
    found: `pictures of ${size.join(" x ")} pixels are too small: nothing is left of them behind the last layer below ${smallest}.`,
    fix: `Use at least ${smallest}: --size ${smallest}`,
  }),
  "options/unfreeze": ({ text }: { text: string }) => ({
    found: `"${text}" does not say what is to learn. Known are "50 layers", "10 convs", "2 blocks", "from mixed_7b", "all" and "none".`,
    fix: 'Write it in quotes: --unfreeze "2 blocks"',
  }),
  "options/unfreeze-count": ({ text, kind, available }: { text: string; kind: string; available: number }) => ({
    found: `"${text}" are more than there are: the network has ${available} ${kind}.`,
    fix: `Use at most ${available}, or let everything learn: --unfreeze all`,
  }),
  "options/unfreeze-block": ({ named, blocks }: { named: string; blocks: readonly string[] }) => ({
    found: `the network has no block "${named}". Its blocks are ${blocks.join(", ")}.`,
    fix: `Name one of them: --unfreeze "from ${blocks.at(-3)}"`,
  }),
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
    found: `"${source}" is not a safetensors file${kind === "unknown" ? "" : ` but looks like ${kind}`}; others are not read.`,
    fix:
      kind === "pytorch"
        ? `Convert it with Python: python3 -c 'import sys, torch, safetensors.torch as s; s.save_file({k: v.contiguous() for k, v in torch.load(sys.argv[1], map_location="cpu", weights_only=True).items()}, "inception-v4.safetensors")' "${source}"`
        : "Give a .safetensors file, or use the network that comes with the package: --weights small",
  }),
  "weights/damaged": ({ source, reason }: { source: string; reason: string }) => ({
    found: `"${source}" is not a whole safetensors file: ${reason}.`,
    fix: "Fetch it again, or use the network that comes with the package: --weights small",
  }),
  "weights/element-type": ({ name, dtype }: { name: string; dtype: string }) => ({
    found: `"${name}" in the weights holds elements of type ${dtype}, but F32, F16, BF16 or F64 are needed.`,
    fix: "Give the network as it was before it was quantized, or use the one that comes with the package: --weights small",
  }),
  "weights/metadata": ({ key, text, needed }: { key: string; text: string; needed: string }) => ({
    found: `the weights say "${key}" is "${text.length > 60 ? `${text.slice(0, 60)}...` : text}", but ${needed} is needed.`,
    fix: `Write the file again with "${key}" mended or left out, or use the network that comes with the package: --weights small`,
  }),
  "evaluate/unknown-class": ({ unknown, classes }: { unknown: readonly string[]; classes: readonly string[] }) => ({
    found: `the model does not know ${quoted(unknown)}; it knows ${quoted(classes)}.`,
    fix: "Name the folders as the model's classes are named, or leave out the others.",
  }),
  "model/not-found": ({ path }: { path: string }) => ({
    found: `there is no model at "${path}".`,
    fix: "Give a run's folder or a model.onnx; reinception runs lists them.",
  }),
  "model/not-ours": ({ path }: { path: string }) => ({
    found: `"${path}" is an ONNX file without the class names and pixel format that a model of ours carries.`,
    fix: "Give the model.onnx of a run.",
  }),
  "predict/no-pictures": ({ paths }: { paths: readonly string[] }) => ({
    found: `there are no pictures in ${quoted(paths)}.`,
    fix: "Give picture files, or folders that hold some.",
  }),
  "run/folder-in-use": ({ path }: { path: string }) => ({
    found: `the folder "${path}" is not empty, and a run does not write over anything.`,
    fix: "Give another one with --out, or leave --out away and a new one is made.",
  }),
  "run/no-folder": ({ path }: { path: string }) => ({
    found: `there is no folder "${path}" to look for runs in.`,
    fix: "Give the folder in which runs lie; those in the folder runs are listed by: reinception runs",
  }),
  "inspect/not-found": ({ path }: { path: string }) => ({
    found: `there is nothing at "${path}".`,
    fix: "Give a run's folder, a model.onnx or a .safetensors file; to look at the network itself: reinception inspect",
  }),
  "run/not-a-run": ({ path, missing }: { path: string; missing: string }) => ({
    found: `"${path}" is not the folder of a finished run: it has no ${missing}.`,
    fix: "reinception runs lists the runs there are.",
  }),
  "train/stopped-early": (_: object) => ({
    found: "the run was stopped before anything had learnt, so there is no model.",
    fix: "Start it again: what was computed so far is kept and need not be computed again.",
  }),
  "train/loss-not-finite": ({
    stage,
    epoch,
    step,
    learningRate,
  }: {
    stage: number;
    epoch: number;
    step: number;
    learningRate: number;
  }) => ({
    found: `the loss is not a number any more, in stage ${stage}, epoch ${epoch}, step ${step}, at a learning rate of ${short(learningRate)}.`,
    fix: `Learn more slowly: --learning-rate ${short(learningRate / 10)}`,
  }),
  "onnx/damaged": ({ what }: { what: string }) => ({
    found: `the file is no ONNX model that can be read: ${what}.`,
    fix: "Take it anew from where it was made; it may have been cut off on the way.",
  }),
  "onnx/not-read": ({ what }: { what: string }) => ({
    found: `the ONNX model has ${what}, which is not read here.`,
    fix: "Give the model.onnx of a run.",
  }),
  "onnx/not-opened": ({ reason }: { reason: string }) => ({
    found: `the engine does not take this file as an ONNX model: ${reason.replace(/[.\s]+$/, "")}.`,
    fix: "Give the model.onnx of a run; if it is one, take it anew from where it was made.",
  }),
  "cache/row-lost": ({ name }: { name: string }) => ({
    found: `what was kept of "${name}" cannot be read any more; the disk or another program has changed it during the run.`,
    fix: "Start the run again: what is missing is computed anew, everything else is still there.",
  }),
} satisfies Record<string, (details: never) => Sentence>;

export type ErrorCode = keyof typeof catalogue;
type Details<C extends ErrorCode> = Parameters<(typeof catalogue)[C]>[0];

/** What a user can mend. `message` is the whole text; `code` is stable and meant for programs. */
export class ReinceptionError extends Error {
  override readonly name = "ReinceptionError";
  readonly code: ErrorCode;
  readonly found: string;
  readonly fix: string;

  constructor(code: ErrorCode, { found, fix }: Sentence) {
    super(`${code}: ${found}\n${fix}`);
    this.code = code;
    this.found = found;
    this.fix = fix;
  }
}

/** Throws the error of this code. A detail that the message needs and does not get is a compile error. */
export function fail<C extends ErrorCode>(code: C, details: Details<C>): never {
  throw problem(code, details);
}

/** The same error as a value, for what is collected or sent elsewhere instead of thrown. */
export function problem<C extends ErrorCode>(code: C, details: Details<C>): ReinceptionError {
  const write = catalogue[code] as (details: Details<C>) => Sentence;
  return new ReinceptionError(code, write(details));
}

/** The first few of many names, in quotes. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`);
  return names.length > 3 ? `${shown.join(", ")} and ${names.length - 3} more` : shown.join(", ");
}

/** To two digits: a schedule's rate has sixteen. */
function short(number: number): number {
  return Number(number.toPrecision(2));
}

function quoted(names: readonly string[]): string {
  const shown = names
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
