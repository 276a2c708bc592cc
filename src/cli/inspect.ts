// reinception inspect: a network and what would learn in it, a run, a model or a file of weights, in words.

import { isAbsolute } from "node:path";
import { type Inspection, inspect as look, type NetworkInspection, type WeightsInspection } from "../index.ts";
import type { Action } from "./commands.ts";
import { shortPath } from "./paths.ts";
import { evaluationText } from "./run-text.ts";
import { table } from "./table.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { boundaryText, count, counted, firstOf, macs, percent, printable, sizeInBytes, whatLearns } from "../words.ts";

export const inspect: Action = async (
  [target],
  { json, weights, width, size, unfreeze, head, batchNorm, classes, cachePrecision },
) => {
  const found = await look({ target, weights, width, size, unfreeze, head, batchNorm, classes, cachePrecision });
  if (json === true) console.log(JSON.stringify(found));
  else console.log(inspectionText(found, terminalOf(process.stdout).style).join("\n"));
  return 0;
};

export function inspectionText(found: Inspection, style: Style): readonly string[] {
  if (found.kind === "network") return networkText(found, style);
  if (found.kind === "weights") return weightsText(found);
  if (found.kind === "model") {
    const { classes, inputFormat, strategy, version } = found.card;
    return facts([
      ["model", `${shortPath(found.path)}, ${sizeInBytes(found.sizeBytes)}`],
      ["made by", `${printable(String(strategy))}, reinception ${printable(String(version))}`],
      ["pictures", `${inputFormat.size} x ${inputFormat.size} pixels`],
      ["classes", `${count(classes.length)}: ${firstOf(classes, 8)}`],
    ]);
  }
  const { record, report, path } = found;
  const { strategy, weights, data } = record.config;
  const stages = strategy.stages.map(({ unfreeze, epochs }) => `${whatLearns(unfreeze)} (${counted(epochs, "epoch")})`);
  return [
    ...facts([
      ["run", `${shortPath(path)}, ${record.startedAt.slice(0, 16).replace("T", " ")} UTC`],
      [
        "strategy",
        `${strategy.name}: ${found.report?.advice?.chosen.name ?? (stages.join(", then ") || "still to be found")}`,
      ],
      ["weights", shortWeights(weights)],
      ["data", `${data.map(shortPath).join(", ")}, ${counted(record.classes.length, "class", "classes")}`],
    ]),
    "",
    ...(report === null
      ? ["It has no result: it is under way or was broken off."]
      : evaluationText(
          report.test === null ? "Held-out accuracy" : "Test accuracy",
          report.test ?? report.validation,
          style,
        )),
  ];
}

function networkText(found: NetworkInspection, style: Style): readonly string[] {
  const { learning, trunk, step, total } = found;
  const head = found.hidden.length === 0 ? "linear" : `hidden layers of ${found.hidden.join(", ")}`;
  const rows = [
    ["kernels", learning.kernels],
    ["scales", learning.scales],
    ["offsets", learning.offsets],
    ["head", learning.head],
    ["together", learning.total],
  ] as const;
  const [title = "", ...lines] = table(
    [{ title: "What learns" }, { title: "tensors", align: "right" }, { title: "parameters", align: "right" }],
    rows.map(([name, { tensors, parameters }]) => [name, count(tensors), count(parameters)]),
  );
  return [
    ...facts([
      [
        "network",
        `Inception-v4, width ${found.width}, ${found.size} x ${found.size} pixels, weights ${shortWeights(found.weights)}`,
      ],
      ["head", `${head}, ${counted(found.classes, "class", "classes")}`],
      ["unfreeze", found.unfreeze],
    ]),
    "",
    style.bold(title),
    ...lines,
    `of ${counted(total.parameters, "parameter")} in ${count(total.tensors)} tensors`,
    "",
    ...layerTable(found, style),
    ...facts([...trunkFacts(trunk), ["each step", `${macs(step.macs)} multiply-accumulates an image`]]),
  ];
}

function trunkFacts({
  boundary,
  block,
  shape,
  bytesPerImage,
  macs: products,
}: NetworkInspection["trunk"]): readonly Fact[] {
  if (boundary === "image") return [["runs once", "nothing: everything runs at each step"]];
  return [
    ["runs once", `${boundaryText(block ?? boundary)}, ${macs(products)} multiply-accumulates an image`],
    ["kept", `${shape.join(" x ")}, ${sizeInBytes(bytesPerImage)} an image`],
  ];
}

/** The learning layers of the base, one line for each block. */
function layerTable({ layers, batchNorms }: NetworkInspection, style: Style): readonly string[] {
  const base = layers.filter(({ block }) => block !== "head");
  if (base.length === 0) return [];
  const names = [...new Set(base.map(({ block }) => block))];
  const rows = names.map((block) => {
    const own = base.filter((layer) => layer.block === block);
    const kernels = own.filter(({ kinds }) => kinds.includes("kernel")).length;
    const norms = own.filter(({ name }) => batchNorms.includes(`${name}.bn`)).length;
    return [block, count(kernels), count(norms), count(own.reduce((total, { parameters }) => total + parameters, 0))];
  });
  const [title = "", ...lines] = table(
    [
      { title: "Block" },
      { title: "convolutions", align: "right" },
      { title: "batch norms", align: "right" },
      { title: "parameters", align: "right" },
    ],
    rows,
  );
  return [style.bold(title), ...lines, ""];
}

function weightsText({
  path,
  sizeBytes,
  width,
  parameters,
  format,
  head,
  card,
  unused,
}: WeightsInspection): readonly string[] {
  const { dataset, top1, top5, classNames } = card;
  const quality = [
    top1 === undefined ? "" : `top-1 ${percent(top1)}`,
    top5 === undefined ? "" : `top-5 ${percent(top5)}`,
  ];
  const says = [dataset ?? "", ...quality].filter((part) => part !== "").map(printable);
  return facts([
    ["weights", `${shortPath(path)}, ${sizeInBytes(sizeBytes)}`],
    ["network", `Inception-v4, width ${width}, ${counted(parameters, "parameter")} in the base`],
    ["pictures", format === null ? "not said; 299 x 299 is taken" : `${format.size} x ${format.size} pixels`],
    [
      "classes",
      head === null
        ? "none: it has no head"
        : `${count(head.classes)}${classNames.length > 0 ? `: ${firstOf(classNames, 5)}` : ""}`,
    ],
    ...(says.length > 0 ? [["trained on", says.join(", ")] as const] : []),
    ...(unused.length > 0 ? [["not used", firstOf(unused, 3)] as const] : []),
  ]);
}

type Fact = readonly [name: string, fact: string];

function facts(rows: readonly Fact[]): readonly string[] {
  return table([{ title: "" }, { title: "" }], rows);
}

/** A path is absolute in a run's record; everything else is a name. */
function shortWeights(weights: string): string {
  return isAbsolute(weights) ? shortPath(weights) : weights;
}
