// The kinds of options there are, and whose they can be: what the rows of the table of options are made of.

/** In the order of the help. */
export const all = [
  "train",
  "advise",
  "tune",
  "resume",
  "predict",
  "serve",
  "evaluate",
  "refit",
  "dashboard",
  "inspect",
  "report",
  "export",
  "runs",
  "cache info",
  "cache verify",
  "cache clear",
  "doctor",
  "dataset audit",
  "weights list",
  "weights pull",
  "weights check",
  "weights convert",
] as const;

export type CommandName = (typeof all)[number];

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
/** Seconds, or text such as "90s", "10m" or "2h". */
type DurationOption = Row<"duration", { readonly placeholder: string; readonly default?: string }>;
/** Bytes, or text such as "20GB". */
type SizeOption = Row<"size", { readonly placeholder: string; readonly default?: string }>;
/** A number from 0 to 1, or text such as "2%". */
type ShareOption = Row<"share", { readonly placeholder: string; readonly default?: string }>;
/** One text or several; on the command line the option is given once for each. */
type TextsOption = Row<"texts", { readonly placeholder: string }>;
/** One that is on unless said otherwise is `--no-...` on the command line. */
type FlagOption = Row<"flag", { readonly default?: true }>;
export type OptionSpec =
  | NumberOption
  | ListOption
  | ChoiceOption
  | TextOption
  | SizeOption
  | DurationOption
  | ShareOption
  | TextsOption
  | FlagOption;

type Settings<Option, Known extends string> = Omit<Option, Known | "kind" | "help" | "placeholder">;

export function number<const S extends Settings<NumberOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "number" as const, placeholder, help, ...settings };
}
export function integer<const S extends Settings<NumberOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "integer" as const, placeholder, help, ...settings };
}
export function list<const S extends Settings<ListOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "list" as const, placeholder, help, ...settings };
}
export function choice<const C extends readonly string[], const S extends Settings<ChoiceOption, "choices">>(
  choices: C,
  help: string,
  settings: S,
) {
  return { kind: "choice" as const, choices, help, ...settings };
}
export function text<const S extends Settings<TextOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "text" as const, placeholder, help, ...settings };
}
export function size<const S extends Settings<SizeOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "size" as const, placeholder, help, ...settings };
}
export function duration<const S extends Settings<DurationOption, never>>(
  placeholder: string,
  help: string,
  settings: S,
) {
  return { kind: "duration" as const, placeholder, help, ...settings };
}
export function share<const S extends Settings<ShareOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "share" as const, placeholder, help, ...settings };
}
export function texts<const S extends Settings<TextsOption, never>>(placeholder: string, help: string, settings: S) {
  return { kind: "texts" as const, placeholder, help, ...settings };
}
export function flag<const S extends Settings<FlagOption, never>>(help: string, settings: S) {
  return { kind: "flag" as const, help, ...settings };
}

/** Those that learn. */
export const learning = ["train", "advise", "tune"] as const satisfies readonly CommandName[];
/** Those that say how a stage learns; the adviser finds that out. */
export const staged = ["train", "tune"] as const satisfies readonly CommandName[];
export const network = [...learning, "inspect"] as const satisfies readonly CommandName[];
/** Those that divide pictures into sides. */
export const divided = [...learning, "dataset audit"] as const satisfies readonly CommandName[];
export const engine = [
  ...learning,
  "predict",
  "serve",
  "evaluate",
  "refit",
  "report",
] as const satisfies readonly CommandName[];
