// The one table of options: types, limits, defaults, the command line and its help are read from it. Says what a value may
// be; option-values.ts holds values against it, and what a run makes of them together is train/resolve's business.

export type CommandName = "train" | "predict" | "evaluate" | "inspect" | "runs" | "doctor";

/** What a number may be; `least` and `most` are allowed themselves, `above` and `below` are not. */
export interface Limits {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
}

interface Notes {
  /** Whose option it is, if not only train's. */
  readonly commands?: readonly CommandName[];
  /** The default in words, where it is not one value. */
  readonly otherwise?: string;
  /** A value that works, where there is no default. */
  readonly example?: string;
}

type Row<Kind extends string, Rest = object> = Notes & { readonly kind: Kind; readonly help: string } & Rest;
type NumberOption = Row<"number" | "integer", Limits & { readonly placeholder: string; readonly default?: number }>;
/** Numbers with commas between them; `none` is the word for no number at all. */
type ListOption = Row<
  "list",
  Limits & { readonly of: "number" | "integer"; readonly placeholder: string; readonly none?: string }
>;
type ChoiceOption = Row<"choice", { readonly choices: readonly string[]; readonly default?: string }>;
type TextOption = Row<"text", { readonly placeholder: string; readonly default?: string }>;
type FlagOption = Row<"flag">;
export type OptionSpec = NumberOption | ListOption | ChoiceOption | TextOption | FlagOption;

type Settings<Option, Known extends string> = Omit<Option, Known | "kind" | "help" | "placeholder">;

function number<const S extends Settings<NumberOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "number" as const, placeholder, help, ...settings };
}
function integer<const S extends Settings<NumberOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "integer" as const, placeholder, help, ...settings };
}
function list<const S extends Settings<ListOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "list" as const, placeholder, help, ...settings };
}
function choice<const C extends readonly string[], const S extends Settings<ChoiceOption, "choices">>(
  choices: C,
  help: string,
  settings: S,
) {
  return { kind: "choice" as const, choices, help, ...settings };
}
function text<const S extends Settings<TextOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "text" as const, placeholder, help, ...settings };
}
function flag<const S extends Settings<FlagOption, never>>(help: string, settings: S) {
  return { kind: "flag" as const, help, ...settings };
}

const network: readonly CommandName[] = ["train", "inspect"];
const engine: readonly CommandName[] = ["train", "predict", "evaluate"];
const all: readonly CommandName[] = ["train", "predict", "evaluate", "inspect", "runs", "doctor"];

const whatLearns = {
  weights: text("small|random|FILE", "where the network starts: the package's own, chance, or a .safetensors file", {
    default: "small",
    commands: network,
  }),
  width: number("FACTOR", "channels of a random network, as a multiple of Inception-v4's", {
    default: 1,
    least: 1 / 32,
    most: 4,
    commands: network,
  }),
  strategy: choice(
    ["feature-extraction", "fine-tuning", "hybrid"],
    "the head alone; the end of the network with it; first one, then the other",
    { default: "hybrid" },
  ),
  unfreeze: text(
    "WHAT",
    'what learns besides the head: "50 layers", "10 convs", "2 blocks", "from mixed_7b", all, none',
    { default: "50 layers", commands: network },
  ),
  head: list("linear|UNITS", "units of the head's hidden layers, or linear for none", {
    of: "integer",
    none: "linear",
    least: 1,
    most: 65536,
    example: "1024",
    otherwise: "1024 for fine-tuning, else linear",
    commands: network,
  }),
  batchNorm: choice(["frozen", "train"], "what unfrozen batch norms go by: stored statistics, or those of the batch", {
    default: "frozen",
    commands: network,
  }),
  classes: integer("N", "how many classes the head would tell apart", {
    default: 2,
    least: 2,
    most: 1e6,
    commands: ["inspect"],
  }),
};

const howItLearns = {
  epochs: list("N[,N]", "passes over the images, for every stage or for each", {
    of: "integer",
    least: 1,
    example: "10",
    otherwise: "10; 5,5 for hybrid",
  }),
  batchSize: integer("N", "images in a step", { default: 32, least: 1, most: 65536 }),
  learningRate: list("RATE[,RATE]", "at the start of every stage or of each", {
    of: "number",
    above: 0,
    example: "1e-3",
    otherwise: "1e-2 for the head alone, else 1e-3",
  }),
  schedule: choice(["constant", "cosine", "step", "exponential"], "how the learning rate falls in a stage", {
    default: "cosine",
  }),
  warmup: number("SHARE", "share of a stage in which the learning rate rises from 0", {
    default: 0.1,
    least: 0,
    below: 1,
  }),
  optimizer: choice(["adam", "adamw", "sgd", "rmsprop"], "how gradients change parameters", { default: "adam" }),
  optimizerDefinition: choice(
    ["keras", "pytorch", "tensorflow1"],
    "whose definition of the optimizer; tensorflow1 has rmsprop only",
    { default: "keras" },
  ),
  momentum: number("SHARE", "of sgd and rmsprop", { least: 0, below: 1, example: "0.9", otherwise: "0" }),
  nesterov: flag("let sgd look ahead along its momentum", {}),
  weightDecay: number("RATE", "how fast kernels shrink, in the sense of the optimizer's definition", {
    least: 0,
    example: "1e-4",
    otherwise: "the optimizer's own",
  }),
  l2: number("FACTOR", "adds this factor times the squared kernels to the loss", { default: 0, least: 0 }),
  dropout: number("SHARE", "share of the head's inputs that is left out while learning", {
    default: 0,
    least: 0,
    below: 1,
  }),
  labelSmoothing: number("SHARE", "share of the target that is spread over all classes", {
    default: 0,
    least: 0,
    below: 1,
  }),
  clipNorm: number("NORM", "largest norm of the gradient", { above: 0, example: "1", otherwise: "no limit" }),
  blockDecay: number("FACTOR", "learning rate of a block, as a share of the next block's", {
    default: 1,
    above: 0,
    most: 1,
  }),
  patience: integer("EPOCHS", "end a stage after so many epochs without a better result", {
    least: 1,
    example: "3",
    otherwise: "no early end",
  }),
  best: choice(["loss", "accuracy"], "which held-out result says which epoch is kept", { default: "accuracy" }),
};

const pictures = {
  size: integer("PIXELS", "height and width at which pictures enter the network", {
    least: 75,
    most: 4096,
    example: "299",
    otherwise: "that of the weights",
    commands: network,
  }),
  augment: choice(["none", "light"], "learn from random crops and mirror images too", { default: "light" }),
  views: integer("N", "versions of each image that are kept where the frozen part runs once", {
    least: 1,
    most: 1000,
    example: "4",
    default: 1,
  }),
  validation: number("SHARE", "share of images held back, where the data has no validation folder", {
    default: 0.2,
    above: 0,
    below: 1,
  }),
  top: integer("N", "how many classes to name for each picture", { default: 5, least: 1, commands: ["predict"] }),
};

const theRun = {
  out: text("DIR", "folder of the run", { otherwise: "a new one in runs" }),
  seed: integer("N", "of everything random", { default: 0, least: 0, most: 2 ** 32 - 1 }),
  threads: integer("N", "threads of the engine", {
    least: 1,
    most: 1024,
    example: "2",
    otherwise: "one for each core",
    commands: engine,
  }),
  cachePrecision: choice(["float16", "float32"], "how exactly the frozen part's results are kept", {
    default: "float16",
    commands: network,
  }),
  json: flag("print one JSON document and nothing else", { commands: all }),
};

/** The options under the headings of the help. */
export const optionGroups = {
  "What learns": whatLearns,
  "How it learns": howItLearns,
  Pictures: pictures,
  "The run": theRun,
} satisfies Readonly<Record<string, Readonly<Record<string, OptionSpec>>>>;

/** Every option by the library's name; `flagOf` gives the command line's. */
export const options = { ...whatLearns, ...howItLearns, ...pictures, ...theRun };

export type OptionName = keyof typeof options;

type Value<O> = O extends { readonly kind: "number" | "integer" }
  ? number
  : O extends { readonly kind: "list" }
    ? number | readonly number[] | (O extends { readonly none: infer Word } ? Word : never)
    : O extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : O extends { readonly kind: "flag" }
        ? boolean
        : string;

/** What each option may be in a program. */
export type OptionValues = { readonly [K in OptionName]: Value<(typeof options)[K]> };

/** `--learning-rate` for `learningRate`. */
export function flagOf(name: OptionName): string {
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** The options that a command has, in the order of the help. */
export function optionsOf(command: CommandName): readonly OptionName[] {
  return (Object.keys(options) as OptionName[]).filter((name) =>
    (specOf(name).commands ?? ["train"]).includes(command),
  );
}

/** The row of an option, whichever kind it is. */
export function specOf(name: OptionName): OptionSpec {
  return options[name];
}

/** The value that is taken when nothing is said, in words. */
export function defaultOf(name: OptionName): string | undefined {
  const spec = specOf(name);
  return spec.otherwise ?? ("default" in spec ? String(spec.default) : undefined);
}
