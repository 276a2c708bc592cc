// What is wrong with a command line, in our own words: the parser's complaints become errors with a code and a way out.

import type { CommanderError } from "commander";
import { problem, type ReinceptionError } from "../errors.ts";
import { exampleOf, nearest } from "../option-values.ts";
import { flagOf, optionsOf } from "../options.ts";
import { type CommandSpec, commands } from "./commands.ts";

/** The error that a complaint of the parser stands for. */
export function usageError({ code, message }: CommanderError, typed: readonly string[]): ReinceptionError {
  const command = commands.find(({ name }) => name.split(" ").every((word, i) => typed[i] === word));
  const [, quoted = ""] = /'([^']*)'/.exec(message) ?? [];
  const help = command === undefined ? "reinception --help" : `reinception ${command.name} --help`;
  const example = command?.example ?? "reinception train photos";
  if (code === "commander.unknownCommand") {
    return problem("options/unknown-command", {
      command: quoted,
      nearest: nearest(
        quoted,
        commands.map(({ name }) => name),
      ),
    });
  }
  if (code === "commander.unknownOption") {
    return problem("options/unknown", { option: quoted, nearest: nearest(quoted, flagsOf(command)), help });
  }
  if (code === "commander.missingArgument") return problem("options/missing", { what: `<${quoted}>`, example });
  if (code === "commander.optionMissingArgument") {
    const [flag = quoted] = quoted.split(" ");
    const option = optionsOf(command?.name ?? "train").find((name) => flagOf(name) === flag);
    return problem("options/missing", {
      what: `the value of ${flag}`,
      example: option === undefined ? help : `${flag} ${exampleOf(option)}`,
    });
  }
  return problem("options/too-many", { command: command?.name ?? "", help });
}

function flagsOf(command: CommandSpec | undefined): readonly string[] {
  return command === undefined ? ["--help", "--version"] : ["--help", ...optionsOf(command.name).map(flagOf)];
}
