// How to have the same again: the command, every option as it was resolved, versions and fingerprints.

import { html, type Markup } from "../markup.ts";
import type { PageInput } from "../page-input.ts";
import { facts, opened, scrolling, section, table } from "../page-parts.ts";

const exactly = "With the same versions on the same kind of machine it does so to the last bit.";
const inTime = "How many trials there is time for depends on the machine, and with them what is found.";

export function options({ record, report, command }: PageInput): Markup {
  const told =
    command === null
      ? html`<p>No command line of this version says this run: its strategy was given as a value in a program, or an older version made it. The options below are all of it.</p>`
      : html`<p>This command reproduces the run. ${record.config.search === null ? exactly : inTime}</p>${scrolling("The command", html`<pre><code>${command}</code></pre>`)}`;
  const rows = flattened(record.config).map(([name, value]) => [name, html`<span class="long">${value}</span>`]);
  const all = table({ caption: "Every option", columns: [{ title: "option" }, { title: "value" }], rows });
  const versions = facts(Object.entries(record.versions));
  const { weightsFile } = record;
  const hashes = facts([
    ["pictures and classes", html`<code>${report.dataFingerprint}</code>`],
    ["weights as they were loaded", html`<code>${record.weightsHash}</code>`],
    ...(weightsFile === null ? [] : ([["file of weights", html`<code>${weightsFile.sha256}</code>`]] as const)),
    ["parameters of the model", html`<code>${report.parametersHash}</code>`],
  ]);
  return section(
    "options",
    "The same again",
    html`${told}<h3>Versions</h3>${versions}${opened("Every option", all)}${opened("Fingerprints (SHA-256)", hashes)}`,
  );
}

/** "strategy.stages.0.epochs" and what stands there, for everything in a record. */
function flattened(value: unknown, path = ""): readonly (readonly [name: string, value: string])[] {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[path, "none"]];
  return entries.flatMap(([name, inner]) => flattened(inner, path === "" ? name : `${path}.${name}`));
}
