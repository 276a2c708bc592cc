// The engine of the browser, which the web export writes beside its page. A built package carries it in dist/web-runtime,
// so that no user installs onnxruntime-web; run from the sources it is that of node_modules.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExportedFile } from "./exporter.ts";

/**
 * Names as onnxruntime-web has them, and as they are written. The script ends in .js because some servers know no .mjs,
 * and a browser runs no module that comes without the type of a script.
 */
const files: Readonly<Record<string, string>> = {
  "ort.wasm.bundle.min.mjs": "ort.wasm.bundle.min.js",
  "ort-wasm-simd-threaded.wasm": "ort-wasm-simd-threaded.wasm",
};

const shipped = fileURLToPath(new URL("../web-runtime/", import.meta.url));

/** Its two files: the script and what it runs. */
export async function webRuntime(): Promise<readonly ExportedFile[]> {
  const built = existsSync(shipped);
  const folder = built ? shipped : dirname(createRequire(import.meta.url).resolve("onnxruntime-web/wasm"));
  return Promise.all(
    Object.entries(files).map(async ([theirs, name]) => {
      return { name, content: await readFile(join(folder, built ? name : theirs)) };
    }),
  );
}
