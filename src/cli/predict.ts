// reinception predict: answers about pictures on stdout, each as soon as it is there; pictures that cannot be read on
// stderr, or beside the others where programs read it.

import { fail } from "../errors.ts";
import { predict as startPrediction } from "../index.ts";
import { options } from "../options.ts";
import type { Action } from "./commands.ts";
import type { ExitCode } from "./exit-codes.ts";
import { csvPrinter, jsonPrinter, textPrinter } from "./predictions.ts";
import { listenForSignals } from "./signals.ts";
import { readInput } from "./standard-input.ts";
import { terminalOf } from "./terminal.ts";

export const predict: Action = async ([model = "", ...named], given) => {
  const { json, csv, top = options.top.default, threads, coverage, reject } = given;
  if (json === true && csv === true)
    fail("options/not-with", { option: "--csv", other: "--json", fix: "Leave one of the two out." });
  const job = startPrediction({ model, images: await withInput(named), threads, coverage, reject });
  const signals = listenForSignals(job, (line) => process.stderr.write(`${line}\n`));
  const out = (text: string) => process.stdout.write(text);
  const bad = terminalOf(process.stderr).style.bad("unread");
  const unread = (message: string) => process.stderr.write(`${bad}  ${message}\n`);
  const asText = () => textPrinter(top, terminalOf(process.stdout).style, out, unread);
  const asCsv = () => csvPrinter(top, out, { coverage, reject });
  const printer = json === true ? jsonPrinter(top, out) : csv === true ? asCsv() : asText();
  let code: ExitCode = 0;
  try {
    for await (const prediction of job) {
      if ("problem" in prediction) code = 3;
      printer.take(prediction);
    }
  } finally {
    signals.close();
  }
  await job.result;
  printer.end();
  return signals.exitCode() ?? code;
};

/** What is named, with what comes on standard input in the place of the first "-". */
async function withInput(named: readonly string[]): Promise<readonly (string | Uint8Array)[]> {
  const at = named.indexOf("-");
  if (at < 0) return named;
  const given = await readInput();
  return [...named.slice(0, at), ...(given instanceof Uint8Array ? [given] : given), ...named.slice(at + 1)];
}
