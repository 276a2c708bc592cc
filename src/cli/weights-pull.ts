// reinception weights pull: published weights into the cache, with a line that says how far it is. Ctrl-C simply ends it;
// what has come stays, and the next pull goes on from there.

import { type CachedWeights, pullWeights } from "../index.ts";
import type { Action } from "./commands.ts";
import { shortPath } from "./paths.ts";
import { advance, beginning, lastingLines, statusText } from "./progress.ts";
import { openStatusLine } from "./status-line.ts";
import { type Style, terminalOf } from "./terminal.ts";
import { sizeInBytes } from "../words.ts";

export const weightsPull: Action = async ([name], { json, weightsMirror }) => {
  const pulling = pullWeights({ name, weightsMirror });
  const terminal = terminalOf(process.stderr);
  const status = openStatusLine(process.stderr, terminal);
  let progress = beginning;
  let next = await pulling.next().catch(close);
  while (!next.done) {
    for (const line of lastingLines(progress, next.value, terminal)) status.print(line);
    progress = advance(progress, next.value);
    status.show(statusText(progress, terminal));
    next = await pulling.next().catch(close);
  }
  status.close();
  if (json === true) console.log(JSON.stringify(next.value));
  else console.log(pulledText(next.value, terminalOf(process.stdout).style).join("\n"));
  return 0;

  function close(error: unknown): never {
    status.close();
    throw error;
  }
};

export function pulledText({ name, path, sizeBytes, sha256 }: CachedWeights, style: Style): readonly string[] {
  return [
    `${style.bold("Weights")}  ${name}, ${sizeInBytes(sizeBytes)}`,
    `${style.bold("SHA-256")}  ${sha256}`,
    `${style.bold("File")}     ${shortPath(path)}`,
    `${style.bold("Next")}     reinception train photos${name === "imagenet" ? "" : ` --weights ${name}`}`,
  ];
}
