// Every message a user can meet: code, what was found and what is needed, and one fix that works as typed. Bugs of ours
// are not here: they are plain errors which begin "internal:".

interface Sentence {
  readonly found: string;
  readonly fix: string;
}

const catalogue = {
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
    found: `${sizeBytes} bytes could not be written to the cache in "${path}" (${reason}).`,
    fix: 'Free space there, or keep the cache elsewhere: export REINCEPTION_CACHE="$HOME/reinception-cache"',
  }),
  "engine/crashed": ({ how, lastWords }: { how: string; lastWords: string }) => ({
    found: `the engine's process ended without a result (${how})${lastWords === "" ? "." : `:\n${lastWords}`}`,
    fix: "If memory ran out, try a smaller --batch-size, fewer unfrozen layers or a smaller --size.",
  }),
} satisfies Record<string, (details: never) => Sentence>;

export type ErrorCode = keyof typeof catalogue;
type Details<C extends ErrorCode> = Parameters<(typeof catalogue)[C]>[0];

/** What a user can mend. `message` is the whole text; `code` is stable and meant for programs. */
export class ReinceptionError extends Error {
  override readonly name = "ReinceptionError";
  readonly code: ErrorCode;
  readonly found: string;
  readonly fix: string;

  constructor(code: ErrorCode, { found, fix }: Sentence) {
    super(`${code}: ${found}\n${fix}`);
    this.code = code;
    this.found = found;
    this.fix = fix;
  }
}

/** Throws the error of this code. A detail that the message needs and does not get is a compile error. */
export function fail<C extends ErrorCode>(code: C, details: Details<C>): never {
  throw problem(code, details);
}

/** The same error as a value, for what is collected or sent elsewhere instead of thrown. */
export function problem<C extends ErrorCode>(code: C, details: Details<C>): ReinceptionError {
  const write = catalogue[code] as (details: Details<C>) => Sentence;
  return new ReinceptionError(code, write(details));
}
