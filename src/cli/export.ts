// reinception export: takes a model elsewhere and says which files it wrote, and how a smaller one compares.

import { join } from "node:path";
import { type Comparison, exportModel } from "../index.ts";
import type { Action } from "./commands.ts";
import { follow } from "./follow.ts";
import { shortPath } from "./paths.ts";
import { table } from "./table.ts";
import { count, percent, percentWithin, sizeInBytes } from "../words.ts";

export const exportAction: Action = async ([model = ""], { json, ...options }) => {
  const { format, input, calibration, maxAccuracyLoss, threads, out } = options;
  const job = exportModel({ model, format, input, calibration, maxAccuracyLoss, threads, out });
  const signalled = await follow(job);
  const written = await job.result;
  if (json === true) console.log(JSON.stringify(written));
  else {
    const rows = written.files.map(({ name, sizeBytes }) => [
      sizeInBytes(sizeBytes),
      shortPath(join(written.out, name)),
    ]);
    console.log(table([{ title: "", align: "right" }, { title: "" }], rows).join("\n"));
    for (const { note } of written.files) if (note !== undefined) console.log(`note: ${note}`);
    for (const { comparison } of written.files)
      if (comparison !== undefined) console.log(`\n${comparisonText(comparison).join("\n")}`);
  }
  return signalled ?? 0;
};

/** Both models beside each other, and what sets them apart. */
export function comparisonText(comparison: Comparison): readonly string[] {
  const { images, threads, agreement, meanProbabilityDifference, accuracyLoss, float, exported } = comparison;
  const row = (name: string, { accuracy, accuracyInterval, imagesPerSecond, sizeBytes }: typeof float) => [
    name,
    percentWithin(accuracy, accuracyInterval),
    imagesPerSecond >= 100 ? count(Math.round(imagesPerSecond)) : imagesPerSecond.toPrecision(3),
    sizeInBytes(sizeBytes),
  ];
  const faster = (exported.imagesPerSecond / float.imagesPerSecond).toFixed(2);
  return [
    ...table(
      [
        { title: "" },
        { title: "accuracy (95 %)" },
        { title: `images/s, ${threads} threads`, align: "right" },
        { title: "size", align: "right" },
      ],
      [row("float", float), row("exported", exported)],
    ),
    "",
    `On ${count(images)} held-back pictures both say the same of ${percent(agreement)}; accuracy loss ${percent(accuracyLoss)}, speed ${faster} times.`,
    `Probabilities differ by ${meanProbabilityDifference.toPrecision(2)} on average.`,
  ];
}
