// What happens in a run, sent while it happens, whoever started it: its events as they come to its file, and its row whenever
// that changes. The number of a message is the place in events.jsonl behind it, so a page that comes back says where it was
// and gets what it missed, if that is not too much. Nothing waits here to be sent: what a slow page has not taken yet is
// still in the file.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "hono";
import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import { nowMs } from "../clock.ts";
import { fail } from "../errors.ts";
import type { LiveMessage, RunRow } from "./api.ts";
import { beginning, isStill, linesFrom, type Place, placeAt, wholeLength } from "./event-file.ts";

export interface LiveOptions {
  /** Of what a page missed, the last so many bytes are sent. */
  readonly replayBytes: number;
  /** Pages that listen at once. */
  readonly listeners: number;
  readonly lookMs: number;
  readonly rowMs: number;
  /** Without a message for so long a line without meaning is sent, so that nothing on the way closes the connection. */
  readonly quietMs: number;
  /** Whoever takes nothing for so long is dropped. */
  readonly patienceMs: number;
}

export const usualLive: LiveOptions = {
  ...{ replayBytes: 256 * 1024, listeners: 32 },
  ...{ lookMs: 300, rowMs: 1000, quietMs: 15_000, patienceMs: 30_000 },
};

export interface LiveRun {
  /** Path of the run's folder. */
  readonly path: string;
  /** Its row; undefined when it is gone. */
  row(): Promise<RunRow | undefined>;
}

export interface Live {
  /**
   * Answers with the messages of a run until the page goes or the server ends.
   *
   * @param from - where the page was; undefined for now
   * @throws dashboard/too-many-listeners
   */
  answer(c: Context, run: LiveRun, from: number | undefined): Response;
  close(): void;
}

export function liveMessages(options: LiveOptions = usualLive): Live {
  const open = new Set<SSEStreamingApi>();
  return {
    answer(c, run, from) {
      if (open.size >= options.listeners) fail("dashboard/too-many-listeners", { most: options.listeners });
      return streamSSE(c, async (stream) => {
        open.add(stream);
        stream.onAbort(() => void open.delete(stream));
        try {
          await follow(stream, run, from, options);
        } finally {
          open.delete(stream);
        }
      });
    },
    close() {
      for (const stream of open) stream.abort();
    },
  };
}

async function follow(stream: SSEStreamingApi, run: LiveRun, from: number | undefined, options: LiveOptions) {
  const path = join(run.path, "events.jsonl");
  let place = await startAt(path, from, options.replayBytes);
  let [shown, rowAtMs, saidAtMs] = ["", Number.NEGATIVE_INFINITY, nowMs()];
  /** Whether the page has taken it. */
  const say = async (text: string): Promise<boolean> => {
    saidAtMs = nowMs();
    return (await taken(stream.write(text), options.patienceMs)) && !stream.aborted;
  };
  while (!stream.aborted) {
    if (!(await isStill(path, place))) {
      place = await placeAt(path, await wholeLength(path));
      if (!(await say(message({ type: "again" }, place.at)))) break;
    }
    const sent = await sendEvents(path, place, say);
    if (sent === undefined) break;
    place = sent;
    if (nowMs() - rowAtMs >= options.rowMs) {
      rowAtMs = nowMs();
      const row = await run.row();
      if (row === undefined) break;
      const text = message({ type: "state", row }, place.at);
      const same = text.slice(text.indexOf("\n")) === shown;
      shown = text.slice(text.indexOf("\n"));
      if (!same && !(await say(text))) break;
    }
    if (nowMs() - saidAtMs >= options.quietMs && !(await say(":\n\n"))) break;
    await stream.sleep(options.lookMs);
  }
  stream.abort();
}

/** Sends what has come since a place; undefined when the page does not take it. */
async function sendEvents(
  path: string,
  place: Place,
  say: (text: string) => Promise<boolean>,
): Promise<Place | undefined> {
  const size = await sizeOf(path);
  if (size <= place.at) return place;
  let [text, at] = ["", place.at];
  for await (const { bytes, next } of linesFrom(path, place.at, size)) {
    text += `id: ${next}\ndata: {"type":"event","event":${bytes.toString("utf8")}}\n\n`;
    at = next;
    if (text.length < mostAtOnce) continue;
    if (!(await say(text))) return undefined;
    text = "";
  }
  if (text !== "" && !(await say(text))) return undefined;
  return at === place.at ? place : placeAt(path, at);
}

const mostAtOnce = 32 * 1024;

/** Where to begin for a page that says where it was: there, or at the first whole line that is near enough to the end. */
async function startAt(path: string, from: number | undefined, replayBytes: number): Promise<Place> {
  const end = await wholeLength(path);
  if (from === undefined || from > end || !(await isLineStart(path, from))) return placeAt(path, end);
  if (end - from <= replayBytes) return placeAt(path, from);
  for await (const { next } of linesFrom(path, end - replayBytes)) return placeAt(path, next);
  return placeAt(path, end);
}

async function isLineStart(path: string, at: number): Promise<boolean> {
  return at === 0 || (await placeAt(path, at)).mark.at(-1) === 10;
}

function message(content: LiveMessage, at: number): string {
  return `id: ${at}\ndata: ${JSON.stringify(content)}\n\n`;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => beginning.at,
  );
}

/** Whether something is done in time. */
async function taken(writing: Promise<unknown>, patienceMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, patienceMs, false);
  });
  return Promise.race([writing.then(() => true), late]).finally(() => clearTimeout(timer));
}
