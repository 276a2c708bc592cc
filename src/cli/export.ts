// reinception export: takes a model elsewhere and says which files it wrote.

import { join } from "node:path";
import { exportModel } from "../index.ts";
import type { Action } from "./commands.ts";
import { shortPath } from "./paths.ts";
import { listenForSignals } from "./signals.ts";
import { table } from "./table.ts";
import { sizeInBytes } from "./words.ts";

export const exportAction: Action = async ([model = ""], { json, format, input, out }) => {
  const job = exportModel({ model, format, input, out });
  const signals = listenForSignals(job, (line) => process.stderr.write(`${line}\n`));
  try {
    const written = await job.result;
    if (json === true) console.log(JSON.stringify(written));
    else {
      const rows = written.files.map(({ name, sizeBytes }) => [
        sizeInBytes(sizeBytes),
        shortPath(join(written.out, name)),
      ]);
      console.log(table([{ title: "", align: "right" }, { title: "" }], rows).join("\n"));
    }
  } finally {
    signals.close();
  }
  return signals.exitCode() ?? 0;
};
