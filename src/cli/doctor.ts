// reinception doctor: what of this machine works, and what to do about the rest.

import { type Diagnosis, doctor as diagnose } from "../index.ts";
import type { Action } from "./commands.ts";
import { table } from "./table.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { counted, printable } from "../words.ts";

export const doctor: Action = async (_, { json }) => {
  const diagnosis = await diagnose();
  if (json === true) console.log(JSON.stringify(diagnosis));
  else console.log(diagnosisText(diagnosis, terminalOf(process.stdout).style).join("\n"));
  return diagnosis.ok ? 0 : 6;
};

export function diagnosisText({ checks }: Diagnosis, style: Style): readonly string[] {
  const rows = checks.map(({ name, ok, found }) => [
    ok ? style.good("ok") : style.bad("wrong"),
    name,
    printable(found),
  ]);
  const lines = table([{ title: "" }, { title: "" }, { title: "" }], rows);
  const problems = checks.flatMap(({ name, fix }) => (fix === null ? [] : [[`  ${name}`, fix]]));
  if (problems.length === 0) return [...lines, "", "Everything that a run needs is there."];
  const fixes = table([{ title: "" }, { title: "" }], problems);
  return [...lines, "", style.bold(`To put right: ${counted(problems.length, "thing")}`), ...fixes];
}
