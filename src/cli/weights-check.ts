// reinception weights check: what is in a file of weights, and whether a run can start from it.

import { examineWeights, type WeightsExamination } from "../index.ts";
import type { Action } from "./commands.ts";
import { shortPath } from "./paths.ts";
import { table } from "./table.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { count, counted, firstOf, printable, sizeInBytes } from "../words.ts";

export const weightsCheck: Action = async ([file = ""], { json }) => {
  const found = await examineWeights(file);
  if (json === true) console.log(JSON.stringify(found));
  else console.log(examinationText(found, terminalOf(process.stdout).style).join("\n"));
  return found.usable ? 0 : 4;
};

/** Names of each kind that are shown; --json has all. */
const shown = 5;

export function examinationText(found: WeightsExamination, style: Style): readonly string[] {
  const { path, sizeBytes, kind, format, tensors, width, numbers, notes, problems } = found;
  const read = format !== null;
  const rows: readonly (readonly [string, string])[] = [
    ["file", `${shortPath(path)}, ${sizeInBytes(sizeBytes)}`],
    ["format", `${format ?? kind}${read ? `, ${counted(tensors, "tensor")}` : ""}`],
    ...(read ? ([["network", width === null ? "not Inception-v4" : `Inception-v4, width ${width}`]] as const) : []),
    ...(width === null ? [] : [...headRows(found), ...numberRows(found)]),
    ...named("missing", found.missing),
    ...named(
      "other shape",
      found.wrongShapes.map(
        ({ name, found, needed }) => `${name} [${found.join(", ")}] instead of [${needed.join(", ")}]`,
      ),
    ),
    ...named("not used", width === null ? [] : found.unused),
    ...named("not finite", numbers.notFinite),
    ...named("below zero", numbers.negativeVariances),
    ...named(
      "odd",
      numbers.odd.map(({ name, what }) => `${name} ${what}`),
    ),
    ...notes.map((note) => ["note", printable(note)] as const),
  ];
  const lines = table([{ title: "" }, { title: "" }], rows);
  if (found.usable) return [...lines, "", style.good("A run can start from it.")];
  const reasons = problems.flatMap(({ code, message, fix }) => [`${style.bad(`${code}:`)} ${printable(message)}`, fix]);
  return [...lines, "", style.bad("No run can start from it."), ...reasons];
}

function headRows({ head, backgroundRow, classNames, inputFormat }: WeightsExamination) {
  const names = classNames.length > 0 ? `: ${firstOf(classNames, shown)}` : "";
  const background = backgroundRow ? ", the first for the background, which is left out" : "";
  const classes = head === null ? "none: it has no classifier" : `${count(head.classes)}${background}${names}`;
  const pixels =
    inputFormat === null ? "not said; 299 x 299 is taken" : `${inputFormat.size} x ${inputFormat.size} pixels`;
  return [["classes", classes] as const, ["pictures", pixels] as const];
}

function numberRows({ numbers: { gammas, statistics, notFinite } }: WeightsExamination) {
  const finite = notFinite.length === 0 ? "all finite" : `not finite in ${counted(notFinite.length, "tensor")}`;
  const scales = { learnt: "scales learnt", "all 1": "scales all 1", absent: "no scales, which are 1" }[gammas];
  return [["numbers", `${finite}; batch norms: ${scales}, statistics ${statistics}`] as const];
}

function named(title: string, names: readonly string[]): readonly (readonly [string, string])[] {
  return names.length === 0 ? [] : [[title, `${count(names.length)}: ${firstOf(names, shown)}`]];
}
