// The form of a new run as what is asked for, and as the command that asks for the same. Pure.

import type { Advice } from "../../../index.ts";
import { type OptionName, flagOf } from "../../../options.ts";
import type { TrainRequest } from "../../api.ts";

/** The options that the form has; "" leaves one to the program. */
export const formOptions = [
  "strategy",
  "budget",
  "unfreeze",
  "epochs",
  "learningRate",
  "augment",
  "weights",
  "validation",
] as const satisfies readonly OptionName[];

export type FormOption = (typeof formOptions)[number];
export type Form = Readonly<Record<FormOption, string>>;

export const emptyForm: Form = {
  strategy: "auto",
  budget: "",
  unfreeze: "",
  epochs: "",
  learningRate: "",
  augment: "",
  weights: "",
  validation: "",
};

/** Whether an option means something beside the others. */
export function applies(option: FormOption, { strategy }: Form): boolean {
  if (option === "budget") return strategy === "auto";
  if (option === "unfreeze") return strategy === "fine-tuning" || strategy === "hybrid";
  return (option !== "epochs" && option !== "learningRate") || strategy !== "auto";
}

/** Those that are filled in and mean something. */
function given(form: Form): readonly (readonly [FormOption, string])[] {
  return formOptions
    .filter((option) => applies(option, form))
    .flatMap((option) => {
      const value = form[option].trim();
      return value === "" || (option === "strategy" && value === "auto") ? [] : [[option, value] as const];
    });
}

export function requestOf(data: string, name: string, form: Form): TrainRequest {
  const options = Object.fromEntries(given(form));
  return { data, options, ...(name.trim() !== "" && { name: name.trim() }) };
}

/** What one would type in a terminal for the same. */
export function commandOf(data: string, form: Form): string {
  const options = given(form).map(([option, value]) => `${flagOf(option)} ${quoted(value)}`);
  return ["reinception train", quoted(data), ...options].join(" ");
}

function quoted(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The form filled in as the adviser proposes; what else stands in it stays. */
export function adjustedTo({ chosen: { kind, settings } }: Pick<Advice, "chosen">, form: Form): Form {
  if (settings === null || kind === "linear head" || kind === "multi-depth head")
    return { ...form, strategy: "feature-extraction" };
  const { unfreeze, learningRate, epochs } = settings;
  return {
    ...form,
    strategy: "hybrid",
    unfreeze,
    learningRate: String(learningRate),
    epochs: String(epochs),
  };
}
