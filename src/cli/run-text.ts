// A run in words: what will happen, before it begins, and what came of it.

import {
  correctionsSentence,
  type Evaluation,
  type FindingKind,
  findingKinds,
  keptSentence,
  limitSentence,
  type Report,
  type RunEvent,
  sidesText,
  type StagePlan,
} from "../index.ts";
import { quotedPath } from "./paths.ts";
import { table } from "./table.ts";
import type { Style } from "./terminal.ts";
import {
  boundaryText,
  count,
  counted,
  firstOf,
  lossText,
  percent,
  percentWithin,
  printable,
  whatLearns,
} from "../words.ts";

type Start = Extract<RunEvent, { type: "start" }>;

/** How many of a long list are shown; the rest is in report.json. */
const shown = { classNames: 8, skipped: 5, noticed: 3, classes: 20, wrong: 5 };

/**
 * Which pictures take part, and what each stage will do with them.
 *
 * @param data - the sources of photos, as they were typed
 */
export function planText(
  { classes, images, skipped, corrections, noticed, stages, imbalance }: Start,
  style: Style,
  data: readonly string[] = ["photos"],
): readonly string[] {
  return [
    `${style.bold("Pictures")}  ${sidesText(images)}`,
    `${style.bold("Classes")}   ${count(classes.length)}: ${firstOf(classes, shown.classNames)}`,
    ...imbalanceText(imbalance, style),
    ...correctionsText(corrections, style),
    ...skippedText(
      skipped.filter(({ side }) => side === undefined),
      style,
    ),
    ...copiesText(skipped.filter(({ side }) => side !== undefined).length, style),
    ...noticedText(noticed ?? {}, style, data),
    "",
    ...(stages.length === 0
      ? [`${style.bold("Strategy")}  to be found: what the network says of the pictures at several depths, then trials`]
      : stageTable(stages)),
  ];
}

function imbalanceText(imbalance: Start["imbalance"], style: Style): readonly string[] {
  if (imbalance === undefined) return [];
  const { most, least } = imbalance;
  const sizes = `"${printable(most.name)}" has ${counted(most.images, "picture")} to learn from, "${printable(least.name)}" ${count(least.images)}`;
  return [`${style.bold("Balance")}   ${sizes}; to let rare classes count as much: --balance adjust`];
}

/** What was said of pictures since, and is done. */
export function correctionsText(corrections: Start["corrections"], style: Style): readonly string[] {
  if (corrections === undefined) return [];
  return [`${style.bold("Corrected")} ${printable(correctionsSentence(corrections))}`];
}

function skippedText(skipped: Start["skipped"], style: Style): readonly string[] {
  if (skipped.length === 0) return [];
  const rows = skipped.slice(0, shown.skipped).map(({ path, reason }) => [`  ${printable(path)}`, printable(reason)]);
  const more = skipped.length - rows.length;
  return [
    `${style.bold("Skipped")}   ${counted(skipped.length, "file")}`,
    ...table([{ title: "" }, { title: "" }], rows),
    ...(more > 0 ? [`  and ${count(more)} more, listed in report.json`] : []),
  ];
}

function copiesText(copies: number, style: Style): readonly string[] {
  if (copies === 0) return [];
  return [`${style.bold("Left out")}  ${counted(copies, "picture")} for a copy on another side, listed in report.json`];
}

/** What was found beside what is said already. */
function noticedText(noticed: NonNullable<Start["noticed"]>, style: Style, data: readonly string[]): readonly string[] {
  const said: readonly FindingKind[] = [
    "unreadable",
    "truncated",
    "empty",
    "not-taken",
    "other-file",
    "across-splits",
    "imbalance",
    "relabelled",
    "moved",
    "excluded",
  ];
  const kinds = (Object.keys(findingKinds) as FindingKind[]).filter((kind) => noticed[kind] && !said.includes(kind));
  if (kinds.length === 0) return [];
  const parts = kinds.map((kind) => `${findingKinds[kind].title} (${count(noticed[kind]!)})`);
  const rest = parts.length > shown.noticed ? ", and more" : "";
  return [
    `${style.bold("Noticed")}   ${parts.slice(0, shown.noticed).join(", ")}${rest}`,
    `  to see which: reinception dataset audit ${data.map(quotedPath).join(" ")}`,
  ];
}

function stageTable(stages: readonly StagePlan[]): readonly string[] {
  const rows = stages.map((stage, i) => [
    String(i + 1),
    whatLearns(stage.unfreeze),
    count(stage.learningParameters),
    count(stage.epochs),
    count(stage.stepsPerEpoch),
    boundaryText(stage.boundary),
  ]);
  return table(
    [
      { title: "Stage" },
      { title: "learns" },
      { title: "parameters", align: "right" },
      { title: "epochs", align: "right" },
      { title: "steps each", align: "right" },
      { title: "runs once per image" },
    ],
    rows,
  );
}

/** What of the network's former knowledge is left, and how to keep more of it; nothing where nothing can be lost. */
export function forgettingText({ forgetting }: Pick<Report, "forgetting">, style: Style): readonly string[] {
  if (forgetting === null) return [];
  const kept = keptSentence(forgetting);
  if (kept === null) return [];
  return [`${style.bold("Kept")}   ${kept}`, `       ${limitSentence(forgetting)}`];
}

/** How good a model is on pictures whose classes are known. */
export function evaluationText(title: string, evaluation: Evaluation, style: Style): readonly string[] {
  const { accuracy, accuracyInterval, balancedAccuracy, macroF1, images, loss } = evaluation;
  const headline = percentWithin(accuracy, accuracyInterval);
  return [
    `${style.bold(title)}  ${style.good(headline)} on ${counted(images, "image")}, loss ${lossText(loss)}`,
    `every class counted alike: ${percent(balancedAccuracy)} found, F1 ${percent(macroF1)}`,
    "",
    ...classTable(evaluation, style),
    ...wrongText(evaluation, style),
  ];
}

/** Share of training from which on waiting is worth a line, and the seconds. */
const worthSaying = { share: 0.05, seconds: 1 };

/** That the engine had to wait for pictures, where it did for long. */
export function waitingText({ train = 0, waiting = 0 }: Report["seconds"], style: Style): readonly string[] {
  const whole = train + waiting;
  if (waiting < worthSaying.seconds || waiting <= worthSaying.share * whole) return [];
  const times = `${waiting.toFixed(0)} s of ${whole.toFixed(0)} s`;
  return [
    `${style.bold("Waiting")}  for data ${times}: decoding is the limit; smaller pictures or more cores speed it up`,
  ];
}

function classTable({ classes }: Evaluation, style: Style): readonly string[] {
  const present = classes.filter(({ images }) => images > 0);
  const many = present.length > shown.classes;
  const listed = many ? [...present].sort((a, b) => (a.f1 ?? 0) - (b.f1 ?? 0)).slice(0, shown.classes) : present;
  const share = (value: number | null) => (value === null ? "-" : percent(value));
  const [head = "", ...rows] = table(
    [
      { title: "Class" },
      { title: "images", align: "right" },
      { title: "found", align: "right" },
      { title: "right when named", align: "right" },
    ],
    listed.map(({ name, images, recall, precision }) => [
      printable(name),
      count(images),
      share(recall),
      share(precision),
    ]),
  );
  const rest = many
    ? [style.dim(`the ${shown.classes} weakest of ${present.length} classes; all are in report.json`)]
    : [];
  return [style.bold(head), ...rows, ...rest];
}

function wrongText({ mostWrong }: Evaluation, style: Style): readonly string[] {
  if (mostWrong.length === 0) return [];
  const rows = mostWrong
    .slice(0, shown.wrong)
    .map(({ name, truth, said, probability }) => [
      printable(name),
      `is ${printable(truth)}, taken for ${printable(said)}`,
      percent(probability),
    ]);
  const columns = [{ title: "Most wrong" }, { title: "" }, { title: "sure by", align: "right" }] as const;
  const [head = "", ...lines] = table(columns, rows);
  return ["", style.bold(head), ...lines];
}
