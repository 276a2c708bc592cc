// reinception serve: a model as a service, until Ctrl-C or SIGTERM. Where it listens is said on stderr for people, and with
// --json on stdout for programs.

import { serveModel } from "../serve/serve-model.ts";
import type { Action } from "./commands.ts";
import { listenForSignals, type Signals } from "./signals.ts";
import { terminalOf } from "./terminal.ts";
import { counted, printable } from "../words.ts";

export const serve: Action = async ([model = ""], { json, ...given }) => {
  const serving = await serveModel({ model, ...given });
  const { url, card } = serving;
  const { style } = terminalOf(process.stderr);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  if (json === true) console.log(JSON.stringify({ url, model: card }));
  const what = `${counted(card.classes.length, "class", "classes")} (${printable(card.strategy)})`;
  say(`Serving ${what} at ${style.bold(url)}. Ctrl-C ends it.`);
  if (!card.checked) say("The model has no golden.json beside it, so nothing was there to check its answers by.");
  const signals = await new Promise<Signals>((resolve) => {
    const stop = () => resolve(listening);
    const kill = () => {}; // the engine's process ends with this one
    const listening = listenForSignals({ stop, kill, ends: "Takes nothing new and ends with its last answer." }, say);
  });
  await serving.close();
  signals.close();
  return 0;
};
