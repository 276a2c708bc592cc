// Patterns of paths, for where no shell has put the paths in their place: `*` and `?` within a name, `**` for any folders,
// `[a-z]` and `[!a]` for one letter, `{jpg,png}` for either. A name that begins with a dot has to be asked for with one.

import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join, parse, sep } from "node:path";

/** Whether there is anything in it that could stand for something else. */
export function isPattern(text: string): boolean {
  return /[*?[{]/.test(text);
}

/**
 * The files and folders that an absolute path stands for, in byte order: itself where it exists, whatever is in its name;
 * else what matches it. Folders at its beginning that exist as they are written stand for themselves.
 */
export async function expandPath(path: string): Promise<readonly string[]> {
  if (!isAbsolute(path)) throw new Error("internal: a pattern is not absolute");
  if (!isPattern(path)) return [path];
  const { root } = parse(path);
  const parts = path.slice(root.length).split(sep);
  let folder = root;
  while (parts.length > 0 && (await exists(join(folder, parts[0]!)))) folder = join(folder, parts.shift()!);
  if (!isPattern(parts.join(sep))) return [path];
  const found = new Set<string>();
  for (const alternative of withoutBraces(parts.join("/")))
    for (const match of await matching(folder, alternative.split("/"))) found.add(match);
  return [...found].sort();
}

async function matching(folder: string, [part, ...rest]: readonly string[]): Promise<readonly string[]> {
  if (part === undefined) return [folder];
  if (!isPattern(part)) {
    const path = join(folder, part);
    return (await exists(path)) ? matching(path, rest) : [];
  }
  const deep = part === "**";
  const matcher = deep ? namePattern("*") : namePattern(part);
  const inside = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = deep && rest.length > 0 ? [...(await matching(folder, rest))] : [];
  for (const entry of inside) {
    if (!matcher.test(entry.name)) continue;
    const path = join(folder, entry.name);
    // a link to a folder is not followed by "**", for it may lead back
    if (deep && entry.isDirectory()) found.push(...(await matching(path, [part, ...rest])));
    else if (rest.length === 0) found.push(path);
    else if (!deep) found.push(...(await matching(path, rest)));
  }
  return found;
}

/** What a name has to look like; `*` takes nothing from the next name and no dot at the beginning. */
export function namePattern(part: string): RegExp {
  const source = part.replace(/\*+|\?|\[(!?)([^\]]+)\]|[^*?[]+|\[/g, (token, not: string | undefined, set: string) => {
    if (token.startsWith("*")) return ".*";
    if (token === "?") return ".";
    if (set !== undefined && token !== "[") return `[${not === "!" ? "^" : ""}${set.replace(/[\\\]^[]/g, "\\$&")}]`;
    return token.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
  const noDot = part.startsWith(".") ? "" : "(?!\\.)";
  try {
    return new RegExp(`^${noDot}${source}$`, "su");
  } catch {
    return /^$/; // a range like [z-a], which nothing is in
  }
}

/** One text for each choice in the braces; braces without a comma, or without their other half, are letters. */
export function withoutBraces(text: string): readonly string[] {
  const found = /\{([^{}]*,[^{}]*)\}/.exec(text);
  if (found === null) return [text];
  const [before, after] = [text.slice(0, found.index), text.slice(found.index + found[0].length)];
  return found[1]!.split(",").flatMap((choice) => withoutBraces(before + choice + after));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
