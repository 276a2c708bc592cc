// The files of the page as they were built, held in memory: they are few, and nothing that a request says becomes a path.
// Every path of the page itself is answered with the same document; the page knows which part of it is meant.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "../errors.ts";

export interface PageFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
};

/** Where the built page is: beside this file when it was built as well, in dist when it runs from the sources. */
const builtPage = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/dashboard/page/" : "./page/", import.meta.url),
);

export interface PageFiles {
  /** The file at a path such as "/assets/start.js"; undefined where there is none. */
  at(path: string): PageFile | undefined;
  readonly document: PageFile;
}

/** @throws dashboard/no-page */
export async function pageFiles(folder = builtPage): Promise<PageFiles> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const content = new Uint8Array(await readFile(join(folder, name)));
    const etag = `"${createHash("sha256").update(content).digest("hex").slice(0, 32)}"`;
    files.set(`/${name.replaceAll("\\", "/")}`, { content, type, etag });
  }
  const document = files.get("/index.html") ?? fail("dashboard/no-page", { path: join(folder, "index.html") });
  return { document, at: (path) => files.get(path) };
}
