// The command line as a whole: built from the tables of commands and options, run, and every error said once.

import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { ReinceptionError } from "../errors.ts";
import { parseOption } from "../option-values.ts";
import { defaultOf, flagOf, type OptionName, optionGroups, optionsOf, specOf } from "../options.ts";
import { type CommandSpec, commands, type Given, groups } from "./commands.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-codes.ts";
import { table } from "./table.ts";
import { terminalOf } from "./terminal.ts";
import { usageError } from "./usage.ts";

/** Runs one command line, without the names of node and of the program, and returns its exit code. */
export async function run(typed: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  try {
    await buildProgram((result) => {
      code = result;
    }).parseAsync(typed, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // help or version has been shown
    if (error instanceof CommanderError && error.code === "commander.help") return 2; // no command: help on stderr
    return sayError(error instanceof CommanderError ? usageError(error, typed) : error, typed.includes("--json"));
  }
}

/** Prints an error: on stdout as JSON where that was asked for, else on stderr. */
function sayError(error: unknown, json: boolean): ExitCode {
  const { code, message, fix } = described(error);
  if (json) console.log(JSON.stringify({ error: { code, message, fix } }));
  else process.stderr.write(`${terminalOf(process.stderr).style.bad(`${code}:`)} ${message}\n${fix}\n`);
  return exitCodeOf(error);
}

function described(error: unknown): { code: string; message: string; fix: string } {
  if (error instanceof ReinceptionError) return { code: error.code, message: error.found, fix: error.fix };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "internal", message, fix: "This is a fault of reinception, not yours: report it with these lines." };
}

function buildProgram(finish: (code: ExitCode) => void): Command {
  const program = new Command("reinception")
    .description("Retrain Inception-v4 on your own images.")
    .version(packageVersion(), "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp(helpShape)
    .addHelpText("after", `\n${epilogue()}`);
  for (const spec of commands) {
    const [group, name] = spec.name.split(" ") as [string, string | undefined];
    if (name === undefined) program.addCommand(buildCommand(group, spec, finish));
    else groupOf(program, group).addCommand(buildCommand(name, spec, finish));
  }
  return program;
}

/** The command that only holds others, as `weights` holds `weights list`. */
function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  if (known !== undefined) return known;
  const group = new Command(name)
    .description(groups[name] ?? "")
    .addHelpOption(new Option("--help", "print this help"))
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp(helpShape);
  program.addCommand(group);
  return group;
}

/** Longer lines are hard to read, however wide the terminal. */
const helpShape = {
  helpWidth: Math.min(process.stdout.columns ?? 100, 100),
  subcommandTerm: (command: Command) => `${command.name()} ${takenBy(command)}`,
};

/** Within a group the names of commands are the second words of theirs. */
function takenBy(command: Command): string {
  const path = command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();
  const held = commands.flatMap(({ name }) => (name.startsWith(`${path} `) ? [name.slice(path.length + 1)] : []));
  return held.length > 0 ? held.join("|") : (commands.find(({ name }) => name === path)?.takes ?? "");
}

function buildCommand(
  word: string,
  { name, takes, help, example, load }: CommandSpec,
  finish: (code: ExitCode) => void,
): Command {
  const command = new Command(word)
    .description(help)
    .addHelpOption(new Option("--help", "print this help").helpGroup("The run:"))
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp(helpShape)
    .addHelpText("after", `\nFor example:\n  ${example}`);
  if (takes !== "") command.arguments(takes);
  const own = optionsOf(name);
  for (const [heading, group] of Object.entries(optionGroups))
    for (const option of Object.keys(group) as OptionName[])
      if (own.includes(option)) command.addOption(buildOption(option).helpGroup(`${heading}:`));
  return command.action(async () => {
    const act = await load();
    finish(await act(command.args, command.opts<Given>()));
  });
}

function buildOption(name: OptionName): Option {
  const spec = specOf(name);
  if (spec.kind === "flag") return new Option(flagOf(name), spec.help);
  const choices = spec.kind === "choice" ? [spec.choices.join(", ")] : [];
  const otherwise = defaultOf(name);
  const notes = [...choices, ...(otherwise === undefined ? [] : [`default: ${otherwise}`])].join("; ");
  const help = notes === "" ? spec.help : `${spec.help} (${notes})`;
  const placeholder = spec.kind === "choice" ? "NAME" : spec.placeholder;
  const option = new Option(`${flagOf(name)} <${placeholder}>`, help);
  if (spec.kind !== "texts") return option.argParser((typed) => parseOption(name, typed));
  return option.argParser((typed, before: readonly unknown[] = []) => [
    ...before,
    ...[parseOption(name, typed)].flat(),
  ]);
}

function epilogue(): string {
  const rows = Object.entries(exitCodes).map(([code, meaning]) => [`  ${code.padStart(3)}`, meaning]);
  const examples = commands.map(({ example }) => `  ${example}`);
  return ["For example:", ...examples, "", "Exit codes:", ...table([{ title: "" }, { title: "" }], rows)].join("\n");
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
