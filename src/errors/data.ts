// What can be wrong with pictures, and with what is kept of them.

import type { Sentence } from "./words.ts";

export const dataErrors = {
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
