import { describe, expect, test } from "vitest";
import { type Audited, auditOf, whyLeftOut } from "./audit.ts";
import type { FindingKind } from "./audit-kinds.ts";
import { passedOver } from "./audit-picture.ts";

/** Images of classes "a", "b", ..., as many of each as said, the first of each held back. */
function dataset(sizes: readonly number[], more: Partial<Audited> = {}): Audited {
  const images = sizes.flatMap((size, label) =>
    Array.from({ length: size }, (_, i) => ({ name: `${label}/${i}`, hash: `${label}-${i}`, label })),
  );
  const heldBack = images.flatMap(({ name }, i) => (name.endsWith("/0") ? [i] : []));
  const train = [...images.keys()].filter((i) => !heldBack.includes(i));
  return {
    classes: sizes.map((_, label) => String.fromCharCode(97 + label)),
    ...{ images, facts: new Map(), clusters: [], skipped: [], leftOut: [] },
    split: { train, validation: heldBack, test: [], forced: [] },
    ...more,
  };
}

const details = (audited: Audited, kind: FindingKind) =>
  auditOf(audited).findings.flatMap((one) => (one.kind === kind ? [one.detail] : []));

describe("classes", () => {
  test("are counted by side, without what is left out", () => {
    const left = { image: 1, side: "train", copy: 0, copySide: "validation" } as const;
    const { classes, pictures, imbalance } = auditOf(dataset([12, 24], { leftOut: [left] }));
    expect({ pictures, imbalance }).toEqual({ pictures: 36, imbalance: 2 });
    expect(classes).toEqual([
      { name: "a", pictures: 12, train: 10, validation: 1, test: 0 },
      { name: "b", pictures: 24, train: 23, validation: 1, test: 0 },
    ]);
  });

  test("of very different size are noticed from ten to one on, and small ones below ten pictures", () => {
    expect(details(dataset([10, 99]), "imbalance")).toEqual([]);
    expect(details(dataset([10, 30, 100]), "imbalance")).toEqual(['"c" has 100 pictures, "a" has 10']);
    expect(details(dataset([9, 10, 1]), "small-class")).toEqual(['"a" has 9 pictures', '"c" has 1 picture']);
  });

  test("that miss a side which others have are noticed", () => {
    const split = { train: [0, 1, 2], validation: [3], test: [], forced: [] };
    expect(details(dataset([2, 2], { split }), "class-missing")).toEqual(['"a" has no picture in validation']);
  });
});

describe("copies", () => {
  test("are told by what they are: equal files, versions, and either in two classes", () => {
    const audited = dataset([3, 2], { clusters: [[0, 1, 3]] });
    const images = audited.images.map((image, i) => (i === 1 ? { ...image, hash: "0-0" } : image));
    const found = auditOf({ ...audited, images }).findings.filter(({ kind }) => kind !== "small-class");
    expect(found).toEqual([
      { kind: "exact-duplicate", severity: "notice", images: ["0/0", "0/1"], detail: "SHA-256 0-0" },
      { kind: "near-duplicate", severity: "notice", images: ["0/0", "0/1", "1/0"], detail: "2 versions" },
      { kind: "label-conflict", severity: "serious", images: ["0/0", "0/1", "1/0"], detail: 'in "a" and "b"' },
    ]);
  });

  test("that are left out have a reason with the name of the one that stays", () => {
    const left = { image: 0, side: "train", copy: 1, copySide: "test" } as const;
    const nameOf = (at: number) => `${at}.jpg`;
    expect(whyLeftOut(left, nameOf)).toBe('a copy of "1.jpg", which is held back for test');
    expect(whyLeftOut({ ...left, side: "test", copySide: "train" }, nameOf)).toBe(
      'a copy of "1.jpg", without which its class could not be learned',
    );
  });
});

test.each([
  ["empty", "empty", "serious"],
  ["no picture", "other-file", "notice"],
  ["lies in no class folder", "not-taken", "serious"],
  ["BMP is not among the formats that can be read", "not-taken", "serious"],
  ['the picture "a" cannot be read: it is empty.', "empty", "serious"],
  [
    'the picture "a" cannot be read: it ends too early: only the beginning of the PNG is there.',
    "truncated",
    "serious",
  ],
  ['the picture "a" cannot be read: vipspng: libpng read error.', "unreadable", "serious"],
  ['the picture "a" has 20000 x 20000 pixels, more than 100 million.', "unreadable", "serious"],
] as const)("a file that takes no part because %j is %s", (reason, kind, severity) => {
  expect(passedOver({ path: "a", reason })).toEqual({ kind, severity, images: ["a"], detail: reason });
});
