// MODEL_CARD.md: what a stranger has to know of a model before using it, with the front matter that Hugging Face reads.
// Says nothing of where files lay on the machine of whoever trained it.

import { wasExcluded } from "../data/apply-corrections.ts";
import { numberBelow, smallestShare } from "../head/kept-numbers.ts";
import type { ModelCard } from "../train/model-file.ts";
import type { Evaluation, Report, StageReport } from "../train/report.ts";
import { cardPrograms } from "./card-programs.ts";
import { codeBlock, escaped, markdownTable } from "./markdown.ts";
import type { RunFacts } from "./run-facts.ts";
import { weightsOrigin } from "./weights-origin.ts";

/** What is known beside the model itself. */
export interface Known {
  /** Undefined where only the model file is known. */
  readonly facts: RunFacts | undefined;
  /** Whether a golden.json goes with it. */
  readonly golden: boolean;
}

export function modelCardText(card: ModelCard, { facts, golden }: Known): string {
  const origin = weightsOrigin(facts?.record);
  const frontMatter = [
    "---",
    ...origin.frontMatter,
    "library_name: onnx",
    "pipeline_tag: image-classification",
    "tags:",
    ...["image-classification", "inception-v4", "transfer-learning", "onnx", "reinception"].map((tag) => `  - ${tag}`),
    "metrics:",
    "  - accuracy",
    "---",
  ].join("\n");
  const sections = [
    introduction(card, golden),
    data(card, facts),
    training(card, facts, origin.began),
    ...(facts === undefined ? [] : [scores(facts)]),
    trust(card, facts),
    limits(facts),
    use(card),
    `## Licences\n\n- ${origin.terms}\n- reinception, which made the model: Apache-2.0.\n- The photos that it learnt from belong to whoever made them; none of them is in this folder.`,
  ];
  return `${frontMatter}\n\n${sections.join("\n\n")}\n`;
}

function introduction({ classes, version, inputFormat }: ModelCard, golden: boolean): string {
  const files = [
    ["`model.onnx`", "the network: a picture of any size in; logits, probabilities and a distance out"],
    ["`labels.json`", "the names of the classes, in the order of the outputs"],
    ...(golden
      ? [["`golden.json`", "drawn pictures and what the network says of them, to try a copy of the model on"]]
      : []),
    ["`SHA256SUMS`", "checksums: `sha256sum -c SHA256SUMS`"],
  ];
  return [
    `# Inception-v4 for ${classes.length} classes`,
    `It says which of ${classes.length} classes a picture shows: ${classes.map(escaped).join(", ")}. It is Inception-v4 ([arXiv 1602.07261](https://arxiv.org/abs/1602.07261)), retrained with reinception ${escaped(version)}, and looks at ${inputFormat.size} x ${inputFormat.size} pixels from the middle of a picture.`,
    markdownTable([{ title: "file" }, { title: "what it is" }], files),
  ].join("\n\n");
}

function data({ dataFingerprint }: ModelCard, facts: RunFacts | undefined): string {
  const fingerprint = `Fingerprint of the pictures and their classes: \`${escaped(dataFingerprint)}\`.`;
  if (facts === undefined) return `## Data\n\n${fingerprint} More is not known of them here.`;
  const { classes, skipped } = facts.report;
  const splits = ["train", "validation", "test"] as const;
  const shown = splits.filter((split) => split !== "test" || facts.report.images.test > 0);
  const titles = { train: "learnt from", validation: "held back", test: "tested on" };
  const counts = new Map<string, number>();
  for (const { class: name, split } of facts.images)
    counts.set(`${split}/${name}`, (counts.get(`${split}/${name}`) ?? 0) + 1);
  const rows = classes.map((name) => [
    escaped(name),
    ...shown.map((split) => String(counts.get(`${split}/${name}`) ?? 0)),
  ]);
  const columns = shown.map((split) => ({ title: titles[split], align: "right" as const }));
  const total = ["all", ...shown.map((split) => String(facts.report.images[split]))];
  return [
    "## Data",
    [fingerprint, ...leftOutText(skipped)].join(" "),
    markdownTable([{ title: "class" }, ...columns], [...rows, total]),
  ].join("\n\n");
}

function leftOutText(skipped: Report["skipped"]): readonly string[] {
  const corrected = skipped.filter(wasExcluded).length;
  const others = skipped.length - corrected;
  return [
    ...(others === 0 ? [] : [`Left out because they could not be read or hold no picture: ${others}.`]),
    ...(corrected === 0 ? [] : [`Left out because somebody said so: ${corrected}.`]),
  ];
}

/** That the head is younger than the base. */
function refitText({ refit }: Report): readonly string[] {
  if (refit === undefined) return [];
  const { relabelled = 0, moved = 0, excluded = 0 } = refit.corrections ?? {};
  const corrected = `${relabelled} in another class, ${moved} on another side, ${excluded} left out`;
  return [
    `Then its head was fitted anew, by logistic regression on what the network makes of the pictures, as they were corrected: ${corrected}.`,
  ];
}

function training({ strategy, parametersHash }: ModelCard, facts: RunFacts | undefined, began: string): string {
  const title = `## How it was trained\n\nStrategy: ${escaped(strategy)}. ${began}`;
  if (facts === undefined) return `${title}\n\nSHA-256 of its parameters: \`${escaped(parametersHash)}\`.`;
  const { record, report } = facts;
  const { data, out, weights, weightsMirror, ...options } = record.config;
  const right = { align: "right" } as const;
  const columns = ["stage", "learns besides the head", "epochs", "best", "learning rate", "ended"];
  const stages = report.stages.map((stage, i) => [
    String(i + 1),
    escaped(stage.unfreeze),
    String(stage.epochsDone.length),
    String(stage.bestEpoch),
    String(record.config.strategy.stages[i]?.learningRate ?? report.advice?.chosen.settings?.learningRate ?? ""),
    endings[stage.reason],
  ]);
  const versions = Object.entries(record.versions).map(([name, value]) => `${name} ${value}`);
  return [
    title,
    ...refitText(report),
    ...(report.advice === null ? [] : [report.advice.explanation.map(escaped).join(" ")]),
    ...(stages.length === 0
      ? []
      : [
          markdownTable(
            columns.map((name, i) => ({ title: name, ...(i !== 1 && i !== 5 && right) })),
            stages,
          ),
        ]),
    `Seed ${record.config.seed}; ${versions.map(escaped).join("; ")}. SHA-256 of its parameters: \`${report.parametersHash}\`, of the base as it was loaded: \`${record.weightsHash}\`.`,
    "Every option:",
    codeBlock("json", JSON.stringify(options, null, 2)),
    ...(stages.length === 0
      ? ["The whole network was frozen."]
      : ["What was frozen, before and after each stage:", report.stages.map(frozenText).join("\n")]),
  ].join("\n\n");
}

const endings: { readonly [K in StageReport["reason"]]: string } = {
  done: "after its last epoch",
  patience: "when it got no better",
  stopped: "when it was stopped",
};

function frozenText({ frozen: { tensors, before, after } }: StageReport, i: number): string {
  const same = before === after ? "the same after" : `\`${after}\` after`;
  return `- stage ${i + 1}: ${tensors} tensors, SHA-256 \`${before}\` before, ${same}`;
}

function scores({ report }: RunFacts): string {
  const judged = report.test ?? report.validation;
  const where = report.test === null ? "pictures that were held back" : "pictures of the test folder";
  const [low, high] = judged.accuracyInterval;
  const right = { align: "right" } as const;
  const share = (value: number | null) => (value === null ? "" : percent(value));
  const columns = ["pictures", "precision", "recall", "F1"].map((title) => ({ title, ...right }));
  return [
    "## Scores",
    `Accuracy ${percent(judged.accuracy)} (95 % interval: ${percent(low)} to ${percent(high)}) on ${judged.images} ${where}. The pictures that were held back also decided which epoch was kept${report.test === null ? ", so this is a little on the bright side" : ""}.`,
    markdownTable(
      [{ title: "class" }, ...columns],
      judged.classes.map(({ name, images, precision, recall, f1 }) => [
        escaped(name),
        String(images),
        share(precision),
        share(recall),
        share(f1),
      ]),
    ),
    confusions(judged, report.classes),
  ].join("\n\n");
}

const confusionsShown = 10;

function confusions({ confusionMatrix, classes: scored }: Evaluation, classes: readonly string[]): string {
  const pairs = confusionMatrix.flatMap((row, truth) =>
    row.flatMap((count, said) => (said === truth || count === 0 ? [] : [{ truth, said, count }])),
  );
  if (pairs.length === 0) return "None of them was taken for another class.";
  const shown = pairs.sort((a, b) => b.count - a.count).slice(0, confusionsShown);
  const name = (c: number) => escaped(classes[c] ?? "");
  const lines = shown.map(({ truth, said, count }) => {
    return `- ${name(truth)} was called ${name(said)}: ${count} of ${scored[truth]?.images ?? 0}`;
  });
  return `What was taken for what most often:\n\n${lines.join("\n")}`;
}

/** The share of held-back pictures that are farther than the distance which is named, where there are enough of them. */
const fewest = 0.01;

function trust({ temperature, distances }: ModelCard, facts: RunFacts | undefined): string {
  const report = facts?.report.calibration;
  const off = report && (report.test ?? report.validation).after.ece;
  const measured = off === undefined ? "" : ` On pictures that it did not learn from they were off by ${percent(off)}.`;
  const calibrated =
    temperature === 1
      ? "Its probabilities are those of the softmax and have not been calibrated: 90 % does not mean right nine times of ten."
      : `Its probabilities are calibrated: the softmax of the logits divided by ${temperature.toFixed(3)}, which was fitted on held-back pictures.`;
  const farther = Math.max(fewest, smallestShare(distances?.rows ?? 0));
  const rejects =
    distances === undefined
      ? []
      : [
          `A \`distance\` above ${numberBelow(distances, farther).toFixed(4)} is farther from everything it learnt from than that of all but ${percent(farther)} of the held-back pictures: better taken as unknown.`,
        ];
  return `## How far to trust it\n\n${[`${calibrated}${measured}`, ...rejects].map((line) => `- ${line}`).join("\n")}`;
}

function limits(facts: RunFacts | undefined): string {
  const judged = facts?.report.test ?? facts?.report.validation;
  const few = judged?.classes.filter(({ images }) => images < 20).map(({ name }) => escaped(name)) ?? [];
  const lines = [
    "It always answers with one of its classes, whatever the picture shows: only its distance says that it has never seen the like, and not always.",
    "Its scores hold for pictures like those it was judged on, which come from the same place as those it learnt from. Other cameras, other light and other habits of whoever takes the pictures make it worse.",
    "It must not decide alone where an error harms somebody: medicine, safety, law, work, credit, or anything about persons. Nobody has looked at whether it treats groups of people alike.",
    ...(few.length === 0
      ? []
      : [`Fewer than 20 pictures judge it on ${few.join(", ")}; the numbers of these classes say little.`]),
    ...(facts?.report.stopped === true ? ["Its training was stopped before its last epoch."] : []),
  ];
  return `## Limits\n\n${lines.map((line) => `- ${line}`).join("\n")}`;
}

function use({ inputFormat }: ModelCard): string {
  return [
    "## How to use it",
    `\`image\` is uint8 [batch, height, width, 3], red, green, blue, of any size; \`logits\` and \`probabilities\` are float32 [batch, classes], and \`distance\`, float32 [batch], says how far what enters the head is from that of pictures it learnt from; 1 is usual. Resizing, the crop to ${inputFormat.size} x ${inputFormat.size} and the scaling of pixels are part of the model. In Node, with reinception:`,
    codeBlock("js", cardPrograms.withReinception),
    "In Node without it:",
    codeBlock("js", cardPrograms.withNode),
    "In Python:",
    codeBlock("python", cardPrograms.withPython),
  ].join("\n\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
