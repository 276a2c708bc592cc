// Entry of the process that does the work. Takes one job, sends its events, then its result or what went wrong.

import { ReinceptionError } from "../errors.ts";
import type { Message } from "./job.ts";
import { type JobName, type Jobs, jobs } from "./jobs.ts";

type Request =
  | { readonly [K in JobName]: { readonly name: K; readonly input: Jobs[K]["input"] } }[JobName]
  | { readonly name: "stop" };

let stopping = false;

// Ctrl-C reaches the whole group of processes; the parent says what it means.
process.on("SIGINT", () => {});
// Whoever knows a run by its lock alone asks it so to end well; a second time ends it at once.
process.once("SIGTERM", () => {
  stopping = true;
});
process.on("disconnect", () => process.exit(1)); // nobody listens any more
process.on("message", (request: Request) => {
  if (request.name === "stop") stopping = true;
  else void work(request.name, request.input);
});

async function work<K extends JobName>(name: K, input: Jobs[K]["input"]): Promise<void> {
  try {
    const events = jobs[name](input, () => stopping);
    let next = await events.next();
    while (!next.done) {
      await send({ kind: "event", event: next.value });
      next = await events.next();
    }
    await send({ kind: "result", result: next.value });
  } catch (error) {
    if (error instanceof ReinceptionError)
      await send({ kind: "problem", code: error.code, found: error.found, fix: error.fix });
    else await send({ kind: "bug", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  process.exit(0);
}

function send(message: Message): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}
