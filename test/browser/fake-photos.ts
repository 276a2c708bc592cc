// The photos of the examples as pictures of a run that nobody has trained: what a network might say of them is drawn, some
// labels are doubted, and everything that is counted is counted by the program's own functions.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Correction, PictureRow } from "../../src/dashboard/api.ts";
import { softmax } from "../../src/metrics.ts";
import { stream } from "../../src/random.ts";
import { type Evaluation, evaluationOf } from "../../src/train/report.ts";
import { calibrationReport } from "../../src/train/trust.ts";

const folder = fileURLToPath(new URL("../../examples/photos/", import.meta.url));

export const classes = readdirSync(folder).sort();

export interface FakePhoto {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly label: number;
  readonly split: "train" | "validation";
  /** One for each class, before the temperature. */
  readonly logits: readonly number[];
}

/** Every fifth is held back. */
export const photos: readonly FakePhoto[] = classes
  .flatMap((name, label) =>
    readdirSync(folder + name)
      .sort()
      .map((file, at) => ({ name: `${name}/${file}`, path: `${folder}${name}/${file}`, label, at })),
  )
  .map(({ at, ...photo }, id) => ({
    ...photo,
    id,
    split: at % 3 === 2 ? ("validation" as const) : ("train" as const),
    logits: drawnLogits(id, photo.label),
  }));

/** The class itself in front, and what hangs on a rail is confused among itself. */
function drawnLogits(id: number, label: number): readonly number[] {
  const random = stream(7, `logits ${id}`);
  const alike = new Set(["dress", "outwear", "t-shirt"].map((name) => classes.indexOf(name)));
  return classes.map((_, k) => {
    const near = k !== label && alike.has(k) && alike.has(label) ? 2.6 : 0;
    return 7 * (random() - 0.5) + (k === label ? 6.3 : near);
  });
}

export const temperature = 1.6;

function probabilitiesOf(logits: readonly number[]): readonly number[] {
  return [
    ...softmax(
      logits.map((value) => value / temperature),
      classes.length,
    ),
  ];
}

/** A picture as the page gets it. */
export function rowOf(photo: FakePhoto, correction: Correction | null): PictureRow {
  const probabilities = probabilitiesOf(photo.logits);
  const said = probabilities.indexOf(Math.max(...probabilities));
  const doubted = said !== photo.label && probabilities[said]! > 0.93;
  return {
    id: photo.id,
    name: photo.name,
    class: classes[photo.label]!,
    split: photo.split,
    said: classes[said]!,
    probability: probabilities[said]!,
    probabilityOfClass: probabilities[photo.label]!,
    suspect: doubted ? classes[said]! : null,
    correction,
  };
}

/** Held-back pictures judged by labels as they are corrected. @param better - added to the logit of the right class */
export function judged(corrections: ReadonlyMap<number, Correction>, better = 0): Evaluation {
  const held = photos.flatMap((photo) => {
    const correction = corrections.get(photo.id);
    if (correction?.kind === "excluded") return [];
    const side = correction?.kind === "side" ? correction.side : photo.split;
    const label = correction?.kind === "class" ? classes.indexOf(correction.class) : photo.label;
    return side === "validation" ? [{ ...photo, label }] : [];
  });
  const logits = held.map(({ logits, label }) => logits.map((value, k) => value + (k === label ? better : 0)));
  const probabilities = Float64Array.from(logits.flatMap(probabilitiesOf));
  const losses = Float64Array.from(held, ({ label }, row) => -Math.log(probabilities[row * classes.length + label]!));
  const images = held.map(({ label, name, path }) => {
    return { label, name, hash: name, locator: { kind: "file" as const, path } };
  });
  return evaluationOf(images, classes, probabilities, losses, temperature);
}

export function calibration() {
  const held = photos.filter(({ split }) => split === "validation");
  const logits = Float32Array.from(held.flatMap(({ logits }) => logits));
  const heard = { logits, labels: held.map(({ label }) => label), features: new Float32Array() };
  return calibrationReport(heard, undefined, classes.length);
}
