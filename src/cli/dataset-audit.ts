// reinception dataset audit: what is odd in a folder of photos, how large its classes are, and how they would be divided.

import { auditDataset, type DatasetAudit, type Finding, type FindingKind, findingKinds } from "../index.ts";
import type { Action } from "./commands.ts";
import { follow } from "./follow.ts";
import { quotedPath, shortPath } from "./paths.ts";
import { correctionsText } from "./run-text.ts";
import { table } from "./table.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { count, counted, firstOf, printable } from "../words.ts";

export const datasetAudit: Action = async (data, { json, strict, validation, groupBy, corrections, seed }) => {
  const job = auditDataset({ data, validation, groupBy, corrections, seed });
  const signalled = await follow(job);
  const audit = await job.result;
  if (json === true) console.log(JSON.stringify(audit));
  else console.log(auditText(audit, terminalOf(process.stdout).style).join("\n"));
  const serious = audit.findings.some(({ severity }) => severity === "serious");
  return signalled ?? (strict === true && serious ? 3 : 0);
};

/** Names of each kind that are shown; --json has all. */
const shown = { names: 3, classes: 20 };

export function auditText(audit: DatasetAudit, style: Style): readonly string[] {
  const { data, pictures, classes, imbalance, findings } = audit;
  const sizes = `${counted(classes.length, "class", "classes")}, the largest ${imbalance.toFixed(1)} times the smallest`;
  return [
    `${style.bold("Pictures")}  ${counted(pictures, "picture")} that can be read in ${data.map(shortPath).join(", ")}`,
    `${style.bold("Classes")}   ${sizes}`,
    ...correctionsText(audit.corrections ?? undefined, style),
    "",
    ...classTable(audit, style),
    "",
    ...findingLines(findings, style),
    ...(findings.length === 0
      ? []
      : [
          "",
          `All of them: reinception dataset audit ${data.map((path) => quotedPath(shortPath(path))).join(" ")} --json`,
        ]),
  ];
}

function classTable({ classes }: DatasetAudit, style: Style): readonly string[] {
  const tests = classes.some(({ test }) => test > 0);
  const many = classes.length > shown.classes;
  const smallestFirst = [...classes].sort((one, other) => one.pictures - other.pictures);
  const listed = many ? smallestFirst.slice(0, shown.classes) : classes;
  const titles = ["pictures", "to learn from", "held out", ...(tests ? ["to test"] : [])];
  const [head = "", ...rows] = table(
    [{ title: "Class" }, ...titles.map((title) => ({ title, align: "right" as const }))],
    listed.map(({ name, pictures, train, validation, test }) => [
      printable(name),
      ...[pictures, train, validation, ...(tests ? [test] : [])].map(count),
    ]),
  );
  const rest = many ? [style.dim(`the ${shown.classes} smallest of ${count(classes.length)} classes`)] : [];
  return [style.bold(head), ...rows, ...rest];
}

function findingLines(findings: readonly Finding[], style: Style): readonly string[] {
  if (findings.length === 0) return [style.good("Nothing odd was found.")];
  const kinds = (Object.keys(findingKinds) as FindingKind[]).filter((kind) =>
    findings.some((one) => one.kind === kind),
  );
  const rows = kinds.map((kind) => {
    const own = findings.filter((one) => one.kind === kind);
    const { severity, title } = findingKinds[kind];
    return [
      count(own.length),
      severity === "serious" ? style.bad(title) : title,
      firstOf(own.map(inWords), shown.names),
    ];
  });
  const [head = "", ...lines] = table([{ title: "Found", align: "right" }, { title: "" }, { title: "" }], rows);
  return [style.bold(head), ...lines];
}

/** A picture by its name, copies by all of theirs, a class by what is said of it. */
function inWords({ kind, images, detail }: Finding): string {
  if (images.length === 0) return detail;
  return kind === "across-splits" ? images[0]! : images.join(" = ");
}
