// The one table of options: types, limits, defaults, the command line and its help are read from it. Says what a value may
// be; option-values.ts holds values against it, and what a run makes of them together is train/resolve's business. The rows
// stand by subject in the folder beside.

import { dashboard } from "./options/dashboard.ts";
import { exporting } from "./options/export.ts";
import { howItLearns } from "./options/how-it-learns.ts";
import type { CommandName, OptionSpec } from "./options/kinds.ts";
import { pictures } from "./options/pictures.ts";
import { serving } from "./options/serving.ts";
import { theRun } from "./options/the-run.ts";
import { weightsFiles } from "./options/weights-files.ts";
import { whatLearns } from "./options/what-learns.ts";

export type { CommandName, Limits, OptionSpec } from "./options/kinds.ts";

/** The options under the headings of the help. */
export const optionGroups = {
  "What learns": whatLearns,
  "How it learns": howItLearns,
  Pictures: pictures,
  "Files of weights": weightsFiles,
  Export: exporting,
  "The dashboard": dashboard,
  Serving: serving,
  "The run": theRun,
} satisfies Readonly<Record<string, Readonly<Record<string, OptionSpec>>>>;

/** Every option by the library's name; `flagOf` gives the command line's. */
export const options = {
  ...whatLearns,
  ...howItLearns,
  ...pictures,
  ...weightsFiles,
  ...exporting,
  ...dashboard,
  ...serving,
  ...theRun,
};

export type OptionName = keyof typeof options;

type Value<O> = O extends { readonly kind: "number" | "integer" }
  ? number
  : O extends { readonly kind: "list" }
    ? number | readonly number[] | (O extends { readonly none: infer Word } ? Word : never)
    : O extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : O extends { readonly kind: "flag" }
        ? boolean
        : O extends { readonly kind: "size" | "duration" | "share" }
          ? number | string
          : O extends { readonly kind: "texts" }
            ? string | readonly string[]
            : string;

/** What each option may be in a program. */
export type OptionValues = { readonly [K in OptionName]: Value<(typeof options)[K]> };

/** `--learning-rate` for `learningRate`, `--no-corrections` for what is on unless said otherwise. */
export function flagOf(name: OptionName): string {
  const { kind, ...rest } = specOf(name);
  const no = kind === "flag" && "default" in rest ? "no-" : "";
  return `--${no}${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
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
