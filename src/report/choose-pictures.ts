// Which pictures a page shows, of thousands: the errors it was surest of, the labels that are probably wrong, and of each cell
// of the confusion matrix those that tell most. Whatever is left out is counted and named. Pure.

import { argmax, softmax } from "../metrics.ts";
import type { RunAnswers } from "../train/answers-file.ts";
import type { SuspectLabel } from "../train/check-labels.ts";
import type { Report } from "../train/report.ts";

/** A picture, and what the finished network says of it. */
export interface JudgedPicture {
  readonly name: string;
  /** SHA-256 of its bytes. */
  readonly hash: string;
  readonly truth: number;
  readonly said: number;
  /** Of what it says, and of the class that the picture has. */
  readonly probability: number;
  readonly probabilityOfTruth: number;
}

/** The pictures behind one cell of the confusion matrix. */
export interface Cell {
  readonly truth: number;
  readonly said: number;
  /** Errors from the surest on, of what is right the least sure first. */
  readonly shown: readonly JudgedPicture[];
  readonly leftOut: readonly JudgedPicture[];
}

export interface Suspect extends SuspectLabel {
  readonly picture: JudgedPicture;
}

export interface ChosenPictures {
  /** The most confident ones. */
  readonly errors: readonly JudgedPicture[];
  readonly suspects: readonly Suspect[];
  /** Those with pictures to show. */
  readonly cells: readonly Cell[];
  /** Each picture that is shown anywhere, once, what matters most first. */
  readonly all: readonly JudgedPicture[];
}

export interface Limits {
  readonly errors: number;
  readonly suspects: number;
  readonly perCell: number;
  /** Pictures in all. */
  readonly all: number;
}

export const usualLimits: Limits = { errors: 24, suspects: 24, perCell: 12, all: 400 };

export function choosePictures(
  { report, answers }: { readonly report: Report; readonly answers: RunAnswers },
  limits = usualLimits,
): ChosenPictures {
  const judged = judgedPictures(answers);
  const side = report.test === null ? "validation" : "test";
  const held = judged.filter((_, row) => answers.pictures[row]!.split === side);
  const wrong = held.filter(({ truth, said }) => truth !== said).sort((a, b) => b.probability - a.probability);
  const errors = wrong.slice(0, limits.errors);
  const byName = new Map(judged.map((picture) => [picture.name, picture]));
  const suspects = report.labelIssues.found.slice(0, limits.suspects).flatMap((suspect) => {
    const picture = byName.get(suspect.name);
    return picture === undefined ? [] : [{ ...suspect, picture }];
  });
  const right = held.filter(({ truth, said }) => truth === said).sort((a, b) => a.probability - b.probability);
  const shown = new Set([...errors, ...suspects.map(({ picture }) => picture)]);
  const cells = [...cellsOf(wrong), ...cellsOf(right)];
  takeInTurns(cells, shown, limits);
  return {
    errors,
    suspects,
    cells: cells
      .map(({ truth, said, pictures }) => {
        const own = pictures.slice(0, limits.perCell).filter((picture) => shown.has(picture));
        return { truth, said, shown: own, leftOut: pictures.filter((picture) => !own.includes(picture)) };
      })
      .filter((cell) => cell.shown.length > 0),
    all: [...shown],
  };
}

/** Every picture of a run with what the network says of it. */
function judgedPictures({ pictures, classes, logits, temperature }: RunAnswers): readonly JudgedPicture[] {
  const width = classes.length;
  // as the report has them: of float32 logits, divided in float64
  const probabilities = softmax(
    Float64Array.from(logits, (value) => value / temperature),
    width,
  );
  const said = argmax(probabilities, width);
  const label = new Map(classes.map((name, i) => [name, i]));
  return pictures.map(({ name, hash, class: own }, row) => {
    const truth = label.get(own)!;
    return {
      ...{ name, hash, truth, said: said[row]! },
      probability: probabilities[row * width + said[row]!]!,
      probabilityOfTruth: probabilities[row * width + truth]!,
    };
  });
}

interface CellPictures {
  readonly truth: number;
  readonly said: number;
  readonly pictures: readonly JudgedPicture[];
}

/** Cells with pictures, those with most of them first. */
function cellsOf(pictures: readonly JudgedPicture[]): readonly CellPictures[] {
  const cells = new Map<string, JudgedPicture[]>();
  for (const picture of pictures) {
    const key = `${picture.truth}/${picture.said}`;
    const own = cells.get(key);
    if (own === undefined) cells.set(key, [picture]);
    else own.push(picture);
  }
  return [...cells.values()]
    .map((own) => ({ truth: own[0]!.truth, said: own[0]!.said, pictures: own }))
    .sort((a, b) => b.pictures.length - a.pictures.length || a.truth - b.truth || a.said - b.said);
}

/** One picture of each cell, then a second one of each, till there are enough: errors before what is right. */
function takeInTurns(cells: readonly CellPictures[], shown: Set<JudgedPicture>, { perCell, all }: Limits): void {
  const isWrong = ({ truth, said }: CellPictures) => truth !== said;
  for (const some of [cells.filter(isWrong), cells.filter((cell) => !isWrong(cell))])
    for (let turn = 0; turn < perCell; turn++)
      for (const { pictures } of some) {
        const next = pictures[turn];
        if (next === undefined || shown.has(next)) continue;
        if (shown.size >= all) return;
        shown.add(next);
      }
}
