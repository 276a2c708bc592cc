// The repository as the laws see it: its files as paths and text. A law is a function from files to complaints, so that it
// can be shown to complain about files that were never written.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface SourceFile {
  /** From the root of the repository, with "/". */
  readonly path: string;
  readonly text: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const notOurs = new Set(["node_modules", "dist", "runs", "coverage", ".git", ".peers", "fixtures"]);

/** Every path of the repository; what others made, or programs make, is left out. */
export function repositoryPaths(folder = ""): readonly string[] {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder + entry.name;
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : [`${path}/`, ...repositoryPaths(`${path}/`)];
    return [path];
  });
}

/** The files whose path matches. */
export function filesLike(pattern: RegExp): readonly SourceFile[] {
  return repositoryPaths()
    .filter((path) => pattern.test(path))
    .map((path) => ({ path, text: readFileSync(root + path, "utf8") }));
}

/** The product itself: all of src but its tests. */
export function productFiles(): readonly SourceFile[] {
  return filesLike(/^src\/.*(?<!\.test)\.tsx?$/);
}

/** What a file imports, as it is written: `import`, `export from`, `import()` and `require` of a name that is written out. */
export function importsOf({ text }: SourceFile): readonly string[] {
  const statements = text.matchAll(/^(?:import|export)\s(?:[^"';]*?\sfrom\s*)?"([^"]+)"/gm);
  const calls = withoutComments(text).matchAll(/\b(?:import|require)\(\s*["'`]([^"'`$]+)["'`]/g);
  return [...statements, ...calls].map(([, name]) => name!);
}

/** The text without lines that are comments, where a law is about what is done and not about what is said. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");
}

/** A relative import as a path of the repository. */
export function resolved(from: string, name: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of name.split("/"))
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  return parts.join("/");
}
