// What can be wrong with what users have said of pictures since.

import { inQuotes, quoted, type Sentence } from "./words.ts";

export const correctionsErrors = {
  "corrections/line": ({ path, line, reason }: { path: string; line: number; reason: string }) => ({
    found: `line ${line} of ${inQuotes(path)} is no correction: ${reason}.`,
    fix: "Put that line right or take it out; the others stand for themselves. To leave all of them aside: --no-corrections",
  }),
  "corrections/unknown-class": (details: { place: string; class: string; classes: readonly string[] }) => ({
    found: `${details.place} gives a picture the class ${inQuotes(details.class)}, but the classes are ${quoted(details.classes)}.`,
    fix: "Use one of these, or make a folder of that name with at least two pictures in it.",
  }),
  "corrections/nothing-to-learn": ({ name, files }: { name: string; files: readonly string[] }) => ({
    found: `corrections in ${quoted(files)} leave nothing to learn from in the class ${inQuotes(name)}.`,
    fix: "Put a picture of it back on the side train. To leave all corrections aside: --no-corrections",
  }),
  "corrections/nothing-to-check": ({ files }: { files: readonly string[] }) => ({
    found: `corrections in ${quoted(files)} leave nothing to check on.`,
    fix: "Put some pictures back on the side validation. To leave all corrections aside: --no-corrections",
  }),
  "corrections/in-use": ({ path, lock, pid }: { path: string; lock: string; pid: number }) => ({
    found: `process ${pid} has been writing to ${inQuotes(path)} for ten seconds.`,
    fix: `Wait until it has ended. If it is no process of reinception: rm ${inQuotes(lock)}`,
  }),
  "corrections/not-written": ({ path, reason }: { path: string; reason: string }) => ({
    found: `${inQuotes(path)} cannot be written (${reason}), and corrections are kept beside the data.`,
    fix: "Allow yourself to write in that folder, or copy the data to where you may.",
  }),
} satisfies Record<string, (details: never) => Sentence>;
