// reinception dashboard, and train --dashboard: says where the page is, and ends when it is told to. Runs that were started from
// the page end with it, each with a checkpoint from which it goes on.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Dashboard, startDashboard } from "../dashboard/dashboard.ts";
import { fail, ReinceptionError } from "../errors.ts";
import { options } from "../options.ts";
import type { Action } from "./commands.ts";
import type { ExitCode } from "./exit-codes.ts";
import { quotedPath, shortPath } from "./paths.ts";
import { listenForSignals } from "./signals.ts";
import { terminalOf } from "./terminal.ts";

export const dashboard: Action = async ([folder], { json, port, photos }) => {
  if (folder !== undefined && !existsSync(folder)) fail("run/no-folder", { path: folder });
  const runs = folder ?? "runs";
  const opened = await open(runs, [photos ?? process.cwd()].flat(), port);
  const { style } = terminalOf(process.stdout);
  if (json === true) console.log(JSON.stringify({ address: opened.address }));
  else console.log(`${style.bold("Dashboard")}  ${opened.address}\n${style.dim("Ctrl-C ends it.")}`);
  await untilToldToEnd(opened, runs);
  return 0;
};

/**
 * Does something with a dashboard beside it. The page stays when it is done, so that what came of it can be looked at; where a
 * signal ended it, the page ends as well.
 *
 * @param run - gives the exit code
 */
export async function besideDashboard(runs: string, run: () => Promise<ExitCode>): Promise<ExitCode> {
  const opened = await open(runs, [process.cwd()], undefined);
  const { style } = terminalOf(process.stderr);
  process.stderr.write(`${style.bold("Dashboard")}  ${opened.address}\n`);
  let code: ExitCode;
  try {
    code = await run();
  } catch (error) {
    await opened.close();
    throw error;
  }
  if (code === 0) {
    process.stderr.write(`${style.dim("The dashboard stays open; Ctrl-C ends it.")}\n`);
    await untilToldToEnd(opened, runs);
  } else await opened.close();
  return code;
}

/** Without a port that was asked for, any will do where the usual one is taken. */
async function open(runs: string, photos: readonly string[], port: number | undefined): Promise<Dashboard> {
  try {
    return await startDashboard({ runs, photos, port: port ?? options.port.default });
  } catch (error) {
    const taken = error instanceof ReinceptionError && error.code === "http/port-in-use";
    if (!taken || port !== undefined) throw error;
    return startDashboard({ runs, photos, port: 0 });
  }
}

/** The first signal asks runs to end well, a second Ctrl-C ends them at once. */
async function untilToldToEnd(opened: Dashboard, runs: string): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  let cut: readonly string[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = () => {
      cut = opened.underWay();
      opened.close().then(resolve, reject);
    };
  });
  const signals = listenForSignals({ stop: end, kill: opened.kill }, (line) => cut.length > 0 && say(line));
  await ended.finally(signals.close);
  for (const name of cut) say(`To go on with ${name}:  reinception resume ${quotedPath(shortPath(join(runs, name)))}`);
}
