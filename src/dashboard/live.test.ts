import { appendFile, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeRun } from "../../test/support/written-runs.ts";
import type { LiveMessage, RunRow } from "./api.ts";
import { type LiveOptions, liveMessages } from "./live.ts";

const folder = temporaryFolder();
const quick: LiveOptions = {
  ...{ replayBytes: 2000, listeners: 2, lookMs: 10, rowMs: 20, quietMs: 100_000, patienceMs: 300 },
};

const row: RunRow = {
  ...{ name: "run", state: "running", startedAt: null, strategy: null, classes: [], accuracy: null },
  ...{ accuracyInterval: null, heldOutImages: null, progress: null, refitOf: null, hasModel: false },
};

let runs = 0;

/** A run of which something is told, and what listens to it. */
async function listened(options: Partial<LiveOptions> = {}) {
  const path = await writeRun(folder, { name: `run-${runs++}`, steps: 30, ending: "none" });
  const live = liveMessages({ ...quick, ...options });
  onTestFinished(() => live.close());
  const state: { row: RunRow | undefined } = { row };
  const app = new Hono();
  app.onError((error, c) => c.text(error.message, 429));
  app.get("/live", (c) => {
    const from = c.req.query("after");
    return live.answer(c, { path, row: async () => state.row }, from === undefined ? undefined : Number(from));
  });
  const open = async (after?: number) => {
    const answer = await app.request(`/live${after === undefined ? "" : `?after=${after}`}`);
    return { answer, ...reading(answer) };
  };
  return { events: join(path, "events.jsonl"), state, live, open };
}

interface Heard {
  readonly id: number;
  readonly message: LiveMessage;
}

function reading(answer: Response) {
  const reader = answer.body!.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let empty = 0;
  /** The next message; undefined at the end. */
  async function next(): Promise<Heard | undefined> {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const part = text.slice(0, end);
        text = text.slice(end + 2);
        if (part === ":") {
          empty += 1;
          continue;
        }
        const [, id, data] = /^id: (\d+)\ndata: (.*)$/s.exec(part)!;
        return { id: Number(id), message: JSON.parse(data!) as LiveMessage };
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  }
  async function nextOf(type: LiveMessage["type"]): Promise<Heard> {
    for (;;) {
      const heard = await next();
      if (heard === undefined) throw new Error(`the end came before a message of type ${type}`);
      if (heard.message.type === type) return heard;
    }
  }
  return { next, nextOf, emptyLines: () => empty, leave: () => reader.cancel() };
}

const stepLine = (step: number) => `${JSON.stringify({ type: "step", stage: 1, epoch: 9, step })}\n`;

describe("a page that listens to a run", () => {
  test("hears of each event when its line is whole, numbered by where the next one begins", async () => {
    const { events, open } = await listened();
    const before = (await readFile(events)).length;
    const { nextOf } = await open();
    expect(await nextOf("state")).toEqual({ id: before, message: { type: "state", row } });
    await appendFile(events, stepLine(1).slice(0, 10));
    await appendFile(events, stepLine(1).slice(10) + stepLine(2));
    const length = stepLine(1).length;
    expect(await nextOf("event")).toEqual({
      id: before + length,
      message: { type: "event", event: { type: "step", stage: 1, epoch: 9, step: 1 } },
    });
    expect((await nextOf("event")).id).toBe(before + 2 * length);
  });

  test("hears of its row when that has changed, and else not again", async () => {
    const { open, state } = await listened();
    const { next } = await open();
    expect((await next())!.message).toEqual({ type: "state", row });
    await new Promise((resolve) => setTimeout(resolve, 100));
    state.row = { ...row, state: "stopped" };
    expect((await next())!.message).toEqual({ type: "state", row: { ...row, state: "stopped" } });
    state.row = undefined;
    expect(await next()).toBeUndefined();
  });

  test("and comes back gets what it missed, from the event after its last one", async () => {
    const { events, open } = await listened();
    const text = await readFile(events, "utf8");
    const from = text.lastIndexOf("\n", text.length - 600) + 1;
    const { nextOf } = await open(from);
    const missed = text.slice(from).trimEnd().split("\n");
    for (const line of missed)
      expect((await nextOf("event")).message).toEqual({ type: "event", event: JSON.parse(line) });
  });

  test("and missed too much gets only the last of it, in whole events", async () => {
    const { events, open } = await listened();
    const text = await readFile(events, "utf8");
    const { next, nextOf } = await open(0);
    const first = await nextOf("event");
    expect(text.length - first.id).toBeLessThan(quick.replayBytes);
    let heard: Heard | undefined = first;
    while (heard?.message.type === "event" && heard.id < text.length) heard = await next();
    expect(heard?.id).toBe(text.length);
  });

  test.each([5, 1e9])("and was at %d, where no event ends, begins at the end", async (after) => {
    const { events, open } = await listened();
    const { next } = await open(after);
    expect(await next()).toMatchObject({ id: (await readFile(events)).length, message: { type: "state" } });
  });

  test("hears that the run went back to its last checkpoint, and goes on from there", async () => {
    const { events, open } = await listened();
    const { nextOf } = await open();
    await nextOf("state");
    const text = await readFile(events, "utf8");
    const kept = text.indexOf("\n", text.length / 2) + 1;
    await truncate(events, kept);
    expect(await nextOf("again")).toEqual({ id: kept, message: { type: "again" } });
    await appendFile(events, stepLine(7));
    expect((await nextOf("event")).id).toBe(kept + stepLine(7).length);
  });
});

describe("those who listen", () => {
  test("are only so many at a time, and one who leaves makes room", async () => {
    const { open } = await listened();
    const first = await open();
    await open();
    expect((await open()).answer.status).toBe(429);
    await first.leave();
    await expect.poll(async () => (await open()).answer.status).toBe(200);
  });

  test("and take nothing are dropped, while others go on", async () => {
    const { events, open } = await listened();
    const slow = await open();
    const quickly = await open();
    await appendFile(events, stepLine(1).repeat(20_000)); // more than lies on the way
    let heard = 0;
    while (heard < 20_000) {
      await quickly.nextOf("event");
      heard += 1;
    }
    await expect.poll(async () => (await open()).answer.status).toBe(200);
    await slow.leave();
  });

  test("are all let go when the server ends", async () => {
    const { live, open } = await listened();
    const { next, nextOf } = await open();
    await nextOf("state");
    live.close();
    expect(await next()).toBeUndefined();
  });

  test("hear that somebody is there even where nothing happens", async () => {
    const { open } = await listened({ quietMs: 30 });
    const { next, nextOf, emptyLines } = await open();
    await nextOf("state");
    void next();
    await expect.poll(emptyLines).toBeGreaterThan(1);
  });
});
