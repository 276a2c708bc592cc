// What can be wrong with what a network is to be held to.

import { quoted, type Sentence } from "./words.ts";

export const retainErrors = {
  "retain/no-classifier": ({ option, weights }: { option: string; weights: string }) => ({
    found: `${option} goes by the classes that weights tell apart, but "${weights}" comes without a classifier right behind its features.`,
    fix: "Start from weights that have one, as --weights imagenet, or hold the features themselves: --retain ldifs",
  }),
  "retain/unknown-class": (details: {
    unknown: readonly string[];
    known: readonly string[];
    classes: number;
    weights: string;
  }) => ({
    found: `"${details.weights}" does not tell apart ${quoted(details.unknown)}; its ${details.classes} classes are called ${quoted(details.known)}.`,
    fix: `Name the folders of --source by those names, by their ids, or by numbers from 0 to ${details.classes - 1}.`,
  }),
  "retain/changed": ({ path }: { path: string }) => ({
    found: `the pictures of --source are not as they were when the run in "${path}" was interrupted.`,
    fix: "Put them back as they were, or start a new run; what it has in common with this one is not computed again.",
  }),
} satisfies Record<string, (details: never) => Sentence>;
