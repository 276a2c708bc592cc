// npm run torture [-- resuming 200 | serving 10000]: what is too long for the tests, which do the same a few dozen times.

import { tortureRuns } from "./resuming.ts";
import { tortureServer } from "./serving.ts";

const [what = "resuming", count] = process.argv.slice(2);
if (what === "serving") process.exitCode = await tortureServer(Number(count ?? 10_000));
else process.exitCode = await tortureRuns(Number(what === "resuming" ? (count ?? 200) : what));
