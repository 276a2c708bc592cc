#!/usr/bin/env node
// Entry of the command `reinception`.

import { run } from "./program.ts";

// Whoever reads the output may have had enough of it, as in `reinception runs | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await run(process.argv.slice(2));
