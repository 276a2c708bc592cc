// Where the program of a worker thread is: beside the module that starts it, `.js` when built, `.ts` when run from the
// sources. Up to Node 22 a thread does not inherit the loader that lets its process read TypeScript, so from the sources
// a thread first registers that loader; nothing of this happens in a build.

import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What `new Worker` takes to run a module as a thread.
 *
 * @param name - of the module, without ending
 * @param beside - `import.meta.url` of a module in the same folder
 */
export function threadProgram(name: string, beside: string): URL {
  const ending = extname(fileURLToPath(beside));
  const program = new URL(`./${name}${ending}`, beside);
  if (ending !== ".ts") return program;
  const settings = JSON.stringify({ parentURL: beside, data: {} });
  const text = `import { register } from "node:module"; register("tsx/esm", ${settings}); await import("${program}");`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}
