// What the compiler does not put into dist: the page of the web export, and the engine of the browser beside it, so that
// neither has to be installed by whoever uses the package.

import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isPageFile } from "../src/export/web.ts";
import { copyWebRuntime } from "../src/export/web-runtime.ts";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

await cp(path("src/export/web-page"), path("dist/export/web-page"), { recursive: true, filter: isPageFile });
await copyWebRuntime(path("dist/web-runtime"));
