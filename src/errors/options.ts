// What can be wrong with an option or a command line.

import type { Sentence } from "./words.ts";

export const optionsErrors = {
  "options/value": (details: { flag: string; value: string; needed: string; example: string }) => ({
    found: `${details.flag} is "${details.value}", but it must be ${details.needed}.`,
    fix: `Write for example: ${details.flag} ${details.example}`,
  }),
  "options/environment": (details: { name: string; value: string; needed: string; example: string }) => ({
    found: `the environment variable ${details.name} is "${details.value}", but it must be ${details.needed}.`,
    fix: `Write for example: export ${details.name}=${details.example}`,
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
  "options/group-by": ({ text, reason }: { text: string; reason: string }) => ({
    found: `--group-by "${text}" is neither a level of folders, as 2, nor a pattern with one group in brackets: ${reason}.`,
    fix: 'For groups named before the first hyphen of a file, write: --group-by "([^/]+)-[^/]*$"',
  }),
  "options/no-source": (_: {}) => ({
    found: "--retain rehearsal learns beside pictures of what the weights were trained on, and none are named.",
    fix: "Name their folder, as in --source imagenet-photos, or hold on to answers instead: --retain lwf",
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
} satisfies Record<string, (details: never) => Sentence>;
