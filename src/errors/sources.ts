// What can be wrong with where pictures come from: folders, lists and archives. Names are shown as JSON has them, so that
// what is in them cannot be taken for what is around them.

import { inQuotes, quoted, type Sentence } from "./words.ts";

const anySource =
  "Give a folder with one sub-folder of pictures for each class, a list with columns path and label (.csv, .tsv, .jsonl), or a .zip, .tar or .parquet.";

export const sourcesErrors = {
  "data/not-found": ({ path }: { path: string }) => ({
    found: `there is nothing at ${inQuotes(path)}.`,
    fix: anySource,
  }),
  "data/unknown-source": ({ path }: { path: string }) => ({
    found: `${inQuotes(path)} is neither a folder of pictures nor a list or an archive of them.`,
    fix: anySource,
  }),
  "data/source-twice": ({ path }: { path: string }) => ({
    found: `${inQuotes(path)} is named twice, so each of its pictures would count twice.`,
    fix: "Name it once.",
  }),
  "data/compressed": ({ path, unpacked }: { path: string; unpacked: string }) => ({
    found: `${inQuotes(path)} is compressed as a whole, so that no picture in it can be read without those before it.`,
    fix: `Undo that once, and give what comes out: gzip -dk ${inQuotes(path)}, then ${inQuotes(unpacked)}`,
  }),
  "data/archive-damaged": ({ path, reason }: { path: string; reason: string }) => ({
    found: `the archive ${inQuotes(path)} cannot be read: ${reason}.`,
    fix: "Fetch or make it again; a folder of the same pictures does as well.",
  }),
  "data/folder-closed": ({ path, reason }: { path: string; reason: string }) => ({
    found: `${inQuotes(path)} cannot be opened (${reason}).`,
    fix: `Allow yourself to read it: chmod -R u+rX ${inQuotes(path)}`,
  }),
  "data/no-class-folders": ({ path, pictures }: { path: string; pictures: number }) => ({
    found:
      pictures === 0
        ? `${inQuotes(path)} holds no pictures.`
        : `${pictures === 1 ? "1 picture lies" : `${pictures} pictures lie`} in ${inQuotes(path)} itself, in no class folder.`,
    fix: "Make one sub-folder for each class, named after it, and move its pictures there: photos/cat, photos/dog.",
  }),
  "data/no-pictures": ({ path, skipped }: { path: string; skipped: string | undefined }) => ({
    found: `${inQuotes(path)} names no picture that can be used${skipped === undefined ? "" : `; ${skipped}`}.`,
    fix: "Write one line for each picture, with a path that begins where the list lies.",
  }),
  "data/one-class": (details: { paths: readonly string[]; name: string; inner: string | undefined }) => ({
    found: `${quoted(details.paths)} ${details.paths.length === 1 ? "holds" : "hold"} only one class, ${inQuotes(details.name)}, but at least two are needed.`,
    fix:
      details.inner === undefined
        ? 'Add pictures of something else as a second class, for example "other".'
        : `If the classes are the folders inside it, give that folder: ${inQuotes(details.inner)}`,
  }),
  "data/class-too-small": ({ name, count }: { name: string; count: number }) => ({
    found: `class ${inQuotes(name)} has ${count === 1 ? "1 picture" : `${count} pictures`}, but 2 are needed: one to learn from, one to check on.`,
    fix: `Add pictures to ${inQuotes(name)}, or take the class out.`,
  }),
  "data/class-names-collide": ({ first, second }: { first: string; second: string }) => ({
    found: `the classes ${inQuotes(first)} and ${inQuotes(second)} have names that look the same but are spelt with other characters.`,
    fix: "Give both the same spelling: move the pictures of one folder into the other, or copy the name from one line to the others.",
  }),
  "data/class-not-in-train": ({ name, split }: { name: string; split: string }) => ({
    found: `class ${inQuotes(name)} has pictures in ${split}, but none in train, so it cannot be learned.`,
    fix: `Add pictures of ${inQuotes(name)} to train, or take it out of ${split}.`,
  }),
  "data/list-not-utf8": ({ path }: { path: string }) => ({
    found: `the list ${inQuotes(path)} is not written in UTF-8.`,
    fix: 'Save it as UTF-8; in a spreadsheet: Save as, "CSV UTF-8".',
  }),
  "data/list-columns": (details: { path: string; missing: string; found: readonly string[] }) => ({
    found: `the first line of ${inQuotes(details.path)} names no column ${inQuotes(details.missing)}, but ${details.found.length === 0 ? "nothing" : quoted(details.found)}.`,
    fix: "Begin the list with a line that names its columns: path,label",
  }),
  "data/list-line": ({ path, line, reason }: { path: string; line: number; reason: string }) => ({
    found: `line ${line} of ${inQuotes(path)} cannot be read: ${reason}.`,
    fix: "Write it as the other lines are; what has a delimiter, a quote or a line break in it stands in quotes.",
  }),
  "data/list-value": (details: { path: string; line: number; column: string; value: string; needed: string }) => ({
    found: `line ${details.line} of ${inQuotes(details.path)} has ${inQuotes(details.value)} in the column ${details.column}, where ${details.needed} is needed.`,
    fix: `Write ${details.needed} there, or take the line out.`,
  }),
  "data/two-labels": (details: { path: string; picture: string; lines: readonly [number, number] }) => ({
    found: `lines ${details.lines[0]} and ${details.lines[1]} of ${inQuotes(details.path)} name different classes for ${inQuotes(details.picture)}.`,
    fix: "Take one of the two lines out: a picture has one class.",
  }),
  "data/class-number": ({ picture, label, count }: { picture: string; label: string; count: number }) => ({
    found: `${inQuotes(picture)} has class number ${label}, but there are names for 0 to ${count - 1} only.`,
    fix: "Add the missing names to the list of classes, in the order of their numbers.",
  }),
  "data/class-list": ({ path }: { path: string }) => ({
    found: `the list of classes ${inQuotes(path)} does not have one name of its own for each number from 0.`,
    fix: 'Write one name on each line, or in JSON: ["cat", "dog"]',
  }),
  "data/parquet-columns": (details: { path: string; missing: string; found: readonly string[] }) => ({
    found: `${inQuotes(details.path)} has no column of ${details.missing}, but ${details.found.length === 0 ? "nothing" : quoted(details.found)}.`,
    fix: 'Save it as an image dataset with the columns "image" (bytes and path) and "label".',
  }),
  "data/row-group-too-large": ({ path, sizeBytes, limit }: { path: string; sizeBytes: number; limit: number }) => ({
    found: `a row group of ${inQuotes(path)} has ${sizeBytes} bytes of pictures, more than ${limit}, and would have to be in memory as a whole.`,
    fix: "Write the file again in smaller groups, in Python: dataset.to_parquet(path, batch_size=100)",
  }),
} satisfies Record<string, (details: never) => Sentence>;
