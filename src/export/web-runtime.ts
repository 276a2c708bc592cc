// Where the files of onnxruntime-web lie, which the web export writes beside its page. A built package carries them in
// dist/web-runtime, so that no user installs that package; run from the sources they are those of node_modules.

import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Names as onnxruntime-web has them, and as they are written. The script ends in .js because some servers know no .mjs,
 * and a browser runs no module that comes without the type of a script.
 */
const files: Readonly<Record<string, string>> = {
  "ort.wasm.bundle.min.mjs": "ort.wasm.bundle.min.js",
  "ort-wasm-simd-threaded.wasm": "ort-wasm-simd-threaded.wasm",
};

const shipped = fileURLToPath(new URL("../web-runtime/", import.meta.url));

/** Copies the engine of the browser into a folder, from the package itself or from node_modules. */
export async function copyWebRuntime(to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const built = existsSync(shipped);
  const from = built ? shipped : dirname(createRequire(import.meta.url).resolve("onnxruntime-web/wasm"));
  for (const [theirs, ours] of Object.entries(files)) await copyFile(join(from, built ? ours : theirs), join(to, ours));
}
