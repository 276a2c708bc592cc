// What the compiler does not put into dist: the page of the web export, and the engine of the browser beside it, so that
// neither has to be installed by whoever uses the package.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExportedFile } from "../src/export/exporter.ts";
import { pageFiles } from "../src/export/web.ts";
import { webRuntime } from "../src/export/web-runtime.ts";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

await replace(join(dist, "export/web-page"), await pageFiles());
await replace(join(dist, "web-runtime"), await webRuntime());

async function replace(folder: string, files: readonly ExportedFile[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const { name, content } of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
