// What can be wrong with pictures, and with what is kept of them.

import type { Sentence } from "./words.ts";

export const dataErrors = {
  "data/not-found": ({ path }: { path: string }) => ({
    found: `there is nothing at "${path}".`,
    fix: "Give the folder that holds one sub-folder of pictures for each class.",
  }),
  "data/not-a-folder": ({ path }: { path: string }) => ({
    found: `"${path}" is a file, but a folder of pictures is needed.`,
    fix: "Give the folder that holds one sub-folder of pictures for each class; unpack an archive first.",
  }),
  "data/folder-closed": ({ path, reason }: { path: string; reason: string }) => ({
    found: `the folder "${path}" cannot be opened (${reason}).`,
    fix: `Allow yourself to read it: chmod -R u+rX "${path}"`,
  }),
  "data/no-class-folders": ({ path, pictures }: { path: string; pictures: number }) => ({
    found:
      pictures === 0
        ? `"${path}" holds no pictures.`
        : `${pictures === 1 ? "1 picture lies" : `${pictures} pictures lie`} in "${path}" itself, in no class folder.`,
    fix: "Make one sub-folder for each class, named after it, and move its pictures there: photos/cat, photos/dog.",
  }),
  "data/one-class": ({ path, name, inner }: { path: string; name: string; inner: string | undefined }) => ({
    found: `"${path}" holds only one class, "${name}", but at least two are needed.`,
    fix:
      inner === undefined
        ? 'Add a folder with pictures of something else, for example "other".'
        : `If the classes are the folders inside it, give that folder: "${inner}"`,
  }),
  "data/class-too-small": ({ name, count }: { name: string; count: number }) => ({
    found: `class "${name}" has ${count === 1 ? "1 picture" : `${count} pictures`}, but 2 are needed: one to learn from, one to check on.`,
    fix: `Add pictures to "${name}", or move it out of the folder.`,
  }),
  "data/class-names-collide": ({ first, second }: { first: string; second: string }) => ({
    found: `the folders "${first}" and "${second}" have names that look the same but are spelt with other characters.`,
    fix: "Move the pictures of one of them into the other.",
  }),
  "data/class-not-in-train": ({ name, split }: { name: string; split: string }) => ({
    found: `class "${name}" has pictures in ${split}, but none in train, so it cannot be learned.`,
    fix: `Add pictures of "${name}" to train, or move it out of ${split}.`,
  }),
  "data/unreadable": ({ name, reason }: { name: string; reason: string }) => ({
    found: `the picture "${name}" cannot be read: ${reason}.`,
    fix: "Replace it by a whole copy in JPEG, PNG, WebP, GIF, TIFF or AVIF, or take it out of the folder.",
  }),
  "data/too-many-pixels": (details: { name: string; width: number; height: number; limit: number }) => ({
    found: `the picture "${details.name}" has ${details.width} x ${details.height} pixels, more than ${details.limit / 1e6} million.`,
    fix: "Make it smaller, or take it out of the folder.",
  }),
  "data/decoder-stopped": ({ name, reason }: { name: string; reason: string }) => ({
    found: `the worker that decodes pictures stopped while it read "${name}" (${reason}).`,
    fix: "Take this picture out of the folder; if others stop it too, free some memory or use fewer workers.",
  }),
  "cache/not-written": ({ path, reason, sizeBytes }: { path: string; reason: string; sizeBytes: number }) => ({
    found: `the cache in "${path}" did not take ${sizeBytes === 0 ? "a file" : `${sizeBytes} bytes`} (${reason}).`,
    fix: 'Free space there, or keep the cache elsewhere: export REINCEPTION_CACHE="$HOME/reinception-cache"',
  }),
  "cache/limit-too-small": ({ limitBytes, neededBytes }: { limitBytes: number; neededBytes: number }) => ({
    found: `this run has to keep ${megabytes(neededBytes)} of what the frozen part computes, but the cache may hold ${megabytes(limitBytes)}.`,
    fix: `Allow it more: --cache-limit ${megabytes(neededBytes * 1.1)}`,
  }),
  "cache/not-removed": ({ path, reason }: { path: string; reason: string }) => ({
    found: `nothing can be removed from the cache in "${path}" (${reason}).`,
    fix: `Allow yourself to write there: chmod -R u+rwX "${path}"`,
  }),
  "cache/row-lost": ({ name }: { name: string }) => ({
    found: `what was kept of "${name}" cannot be read any more; the disk or another program has changed it during the run.`,
    fix: "Start the run again: what is missing is computed anew, everything else is still there.",
  }),
} satisfies Record<string, (details: never) => Sentence>;

/** Rounded up, as the option takes it: "230MB". */
function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)}MB`;
}
