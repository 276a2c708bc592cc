import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CorrectionChange,
  type Corrected,
  correctionLine,
  parseCorrections,
  type Undoing,
} from "./corrections.ts";

const at = "2026-01-31T12:00:00.000Z";
const hashOf = (i: number) => i.toString(16).padStart(64, "0");

const correction = fc.oneof(
  fc.constantFrom("ant", "bee").map((name) => ({ kind: "class" as const, class: name })),
  fc.constantFrom("train" as const, "validation" as const).map((side) => ({ kind: "side" as const, side })),
  fc.constant({ kind: "excluded" as const }),
  fc.constant(null),
);
const change = fc
  .record({ which: fc.uniqueArray(fc.nat(5), { minLength: 1 }), correction })
  .map(({ which, correction }): CorrectionChange => {
    return { at, pictures: which.map((i) => ({ hash: hashOf(i), name: `${i}.png` })), correction };
  });
const said = fc.array(fc.oneof({ weight: 3, arbitrary: change }, fc.constant<Undoing>({ at, undo: true })));

const read = (lines: readonly (CorrectionChange | Undoing)[]) =>
  parseCorrections(lines.map(correctionLine).join(""), "c.jsonl");
const whatHolds = ({ pictures }: { pictures: ReadonlyMap<string, Corrected> }) =>
  new Map([...pictures].map(([hash, { class: name, side, excluded }]) => [hash, { name, side, excluded }]));

describe("corrections", () => {
  test("taken back leave what held before them, however many there are", () => {
    fc.assert(
      fc.property(said, fc.array(change, { maxLength: 4 }), (before, changes) => {
        const undone = changes.map((): Undoing => ({ at, undo: true }));
        const now = read([...before, ...changes, ...undone]);
        expect(whatHolds(now)).toEqual(whatHolds(read(before)));
        expect(now.changes).toHaveLength(read(before).changes.length);
      }),
    );
  });

  test("of which each was taken back leave nothing, and more undoing changes nothing", () => {
    fc.assert(
      fc.property(said, (lines) => {
        const undone = lines.map((): Undoing => ({ at, undo: true }));
        expect(read([...lines, ...undone])).toEqual({ changes: [], pictures: new Map() });
      }),
    );
  });

  test("set a picture's class, side and part by themselves, each as was said last, until all is taken back", () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const found = whatHolds(read(changes));
        for (let i = 0; i < 6; i++) {
          const own = changes.filter(({ pictures }) => pictures.some(({ hash }) => hash === hashOf(i)));
          const since = own
            .slice(own.findLastIndex((one) => one.correction === null) + 1)
            .map((one) => one.correction!);
          const name = since.findLast((one) => one.kind === "class")?.class;
          const side = since.findLast((one) => one.kind === "side")?.side;
          const excluded = since.some(({ kind }) => kind === "excluded") ? true : undefined;
          expect(found.get(hashOf(i))).toEqual(since.length === 0 ? undefined : { name, side, excluded });
        }
      }),
    );
  });

  test("say where the last word on a picture stands", () => {
    const one = { at, pictures: [{ hash: hashOf(1), name: "1.png" }], correction: { kind: "excluded" } } as const;
    const { pictures } = parseCorrections(`\n${correctionLine(one)}\r\n${correctionLine(one)}`, "c.jsonl");
    expect(pictures.get(hashOf(1))).toEqual({ excluded: true, at, file: "c.jsonl", line: 4 });
  });

  test.each([
    ["{", "it is no JSON"],
    ["7", "it is no object"],
    ["{}", '"at" is missing'],
    [`{"at":"${at}","undo":false}`, '"undo" can only be true'],
    [`{"at":"${at}","pictures":[{"hash":"abc","name":"a"}],"correction":null}`, '"pictures" must list'],
    [`{"at":"${at}","pictures":[],"correction":{"kind":"class"}}`, '"correction" must be null'],
    [`{"at":"${at}","pictures":[],"correction":{"kind":"side","side":"test"}}`, '"correction" must be null'],
  ])("on a damaged line are an error with file and line: %s", (line, reason) => {
    const whole = correctionLine({ at, pictures: [], correction: null });
    expect(() => parseCorrections(`${whole}${line}\n${whole}`, "c.jsonl")).toThrow(
      `corrections/line: line 2 of "c.jsonl" is no correction: ${reason}`,
    );
  });

  test("of any text are read or refused, never a bug", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseCorrections(text, "c.jsonl");
        } catch (error) {
          expect(String(error)).toContain("corrections/line");
        }
      }),
    );
  });
});
