// Everything that is known of one run, as the text of an answer: what its files say is passed on as it stands there, not read
// and written anew, so a page shows the numbers of report.json and no others.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type DatasetAudit, type Finding, type RunRecord, reproducingCommand } from "../index.ts";
import type { RunDetail, RunRow } from "./api.ts";

/** Findings that are shown; of more the first. */
const mostFindings = 1000;

/** The JSON of a `RunDetail`. */
export async function runDetail(path: string, row: RunRow): Promise<string> {
  const [record, report, advice, audit] = await Promise.all(
    ["run.json", "report.json", "advice.json", "audit.json"].map((name) => textOf(join(path, name))),
  );
  const known = parsed<RunRecord>(record);
  const parts: { readonly [K in keyof RunDetail]: string } = {
    row: JSON.stringify(row),
    report: row.state === "damaged" ? "null" : whole(report),
    advice: whole(advice),
    findings: JSON.stringify(findingsIn(audit)),
    command: JSON.stringify(known === undefined ? "" : commandOf(known)),
    options: JSON.stringify(known?.config ?? {}),
    versions: JSON.stringify(known === undefined ? {} : { reinception: known.version, ...known.versions }),
  };
  return `{${Object.entries(parts)
    .map(([name, text]) => `"${name}":${text}`)
    .join(",")}}`;
}

/** Empty where no command line says it. */
function commandOf(record: RunRecord): string {
  if (record.refitOf === undefined) {
    try {
      return reproducingCommand(record) ?? "";
    } catch {
      return ""; // a run.json of another version may lack what is asked of it
    }
  }
  return `reinception refit '${record.refitOf.replaceAll("'", "'\\''")}'`;
}

/** Files are put in their places whole, so that what begins as an object is one. */
function whole(text: string | undefined): string {
  return text?.startsWith("{") && text.trimEnd().endsWith("}") ? text : "null";
}

function findingsIn(audit: string | undefined): readonly Finding[] {
  return (parsed<DatasetAudit>(audit)?.findings ?? []).slice(0, mostFindings);
}

function parsed<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
