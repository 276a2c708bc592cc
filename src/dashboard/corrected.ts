// What users say of the pictures of a run, kept beside its data by others; here it is put into the words of a page.

import { stat } from "node:fs/promises";
import {
  addCorrections,
  type Corrected as CorrectedPicture,
  type Corrections,
  correctionsPath,
  readCorrections,
  readRunRecord,
  undoCorrections,
} from "../index.ts";
import { counted } from "../words.ts";
import type { Correction, CorrectionState } from "./api.ts";
import { fewRecent } from "./few-recent.ts";

/** A picture of a run as it is corrected. */
export interface KnownPicture {
  /** SHA-256 of its bytes. */
  readonly hash: string;
  readonly name: string;
}

export interface Corrected {
  /** What is said of pictures of a run's data, by their SHA-256. */
  of(run: string): Promise<Said>;
  state(run: string): Promise<CorrectionState>;
  /** @param correction - null takes back what was said. @throws corrections/... */
  add(run: string, pictures: readonly KnownPicture[], correction: Correction | null): Promise<void>;
  undo(run: string): Promise<void>;
}

type Said = readonly (readonly [string, Correction])[];

/** Runs whose corrections are kept in memory as they were read last. */
const runsAtOnce = 4;

export function corrected(): Corrected {
  const kept = fewRecent<{ files: string; said: Said }>(runsAtOnce, () => {});

  return {
    async of(run) {
      const data = await dataOf(run);
      const entry = kept.get(run, () => ({ files: "", said: [] }));
      const files = await stateOfFiles(data);
      if (entry.files !== files) Object.assign(entry, { files, said: saidIn(await readCorrections(data)) });
      return entry.said;
    },
    async state(run) {
      return stateOf(await readCorrections(await dataOf(run)));
    },
    async add(run, pictures, correction) {
      const { config, classes } = await readRunRecord(run);
      await addCorrections({
        data: config.data,
        pictures: pictures.map(({ hash, name }) => ({ hash, name })),
        correction,
        classes,
      });
    },
    async undo(run) {
      await undoCorrections(await dataOf(run));
    },
  };
}

async function dataOf(run: string): Promise<readonly string[]> {
  return (await readRunRecord(run)).config.data;
}

/** Changes whenever one of the files does. */
async function stateOfFiles(data: readonly string[]): Promise<string> {
  const states = await Promise.all(
    data.map((path) =>
      stat(correctionsPath(path)).then(
        ({ mtimeMs, size, ino }) => [mtimeMs, size, ino].join(":"),
        () => "none",
      ),
    ),
  );
  return JSON.stringify(states);
}

function saidIn({ pictures }: Corrections): Said {
  return [...pictures].map(([hash, said]) => [hash, correctionIn(said)] as const);
}

/** A picture that takes no part is first of all that; one of another class may be moved to another side besides. */
function correctionIn({ excluded, class: named, side }: CorrectedPicture): Correction {
  if (excluded === true) return { kind: "excluded" };
  return named === undefined ? { kind: "side", side: side ?? "train" } : { kind: "class", class: named };
}

function stateOf({ files, pictures, last }: Corrections): CorrectionState {
  return {
    files,
    corrected: pictures.size,
    undo: last === null ? null : `${wordsOf(last.correction)}: ${counted(last.pictures.length, "picture")}`,
  };
}

function wordsOf(correction: Correction | null): string {
  if (correction === null) return "taken back";
  if (correction.kind === "excluded") return "left out";
  return correction.kind === "class" ? `moved to class "${correction.class}"` : `put to ${correction.side}`;
}
