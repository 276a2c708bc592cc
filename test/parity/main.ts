// npm run parity [folder]: compares the engine with every fixture of a folder and prints, for each case, the worst error
// against its tolerance. Ends with 1 if anything is over its tolerance or could not be compared.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compareFolder } from "./compare.ts";
import { rowsOf, showRow } from "./table.ts";

const [given] = process.argv.slice(2);
const folder = given === undefined ? fileURLToPath(new URL("../fixtures", import.meta.url)) : resolve(given);
const startedMs = performance.now();
let [cases, checks, over, undetermined] = [0, 0, 0, 0];
for await (const row of rowsOf(compareFolder(folder))) {
  console.log(showRow(row));
  cases += 1;
  checks += row.checks;
  over += row.over.length;
  undetermined += row.over.filter(({ note }) => note !== undefined).length;
}
const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
console.log(`${checks} numbers and lists in ${cases} cases compared in ${seconds} s: ${over} over their tolerance`);
if (undetermined > 0) console.log(`${undetermined} of those are in cases which float32 does not determine`);
process.exitCode = over === 0 ? 0 : 1;
