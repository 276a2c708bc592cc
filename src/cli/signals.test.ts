import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { listenForSignals } from "./signals.ts";

function underWay() {
  const told: string[] = [];
  const source = new EventEmitter();
  const job = { stop: () => told.push("stop"), kill: () => told.push("kill") };
  const signals = listenForSignals(
    job,
    (line) => told.push(line),
    source,
    (code) => told.push(`exit ${code}`),
  );
  return { told, source, signals };
}

describe("Ctrl-C", () => {
  test("asks the job to end well, and says how to end it at once", () => {
    const { told, source, signals } = underWay();
    expect(signals.exitCode()).toBeUndefined();
    source.emit("SIGINT");
    expect(told[0]).toBe("stop");
    expect(told[1]).toContain("Press Ctrl-C again to stop at once");
    expect(signals.exitCode()).toBe(130);
  });

  test("a second time ends it at once", () => {
    const { told, source } = underWay();
    source.emit("SIGINT");
    source.emit("SIGINT");
    expect(told.slice(2)).toEqual(["kill", "Stopped.", "exit 130"]);
  });
});

describe("SIGTERM", () => {
  test("asks the job to end well, with an exit code of its own", () => {
    const { told, source, signals } = underWay();
    source.emit("SIGTERM");
    expect(told[0]).toBe("stop");
    expect(signals.exitCode()).toBe(143);
  });
});

test("nobody listens after the end", () => {
  const { source, signals } = underWay();
  signals.close();
  expect(source.listenerCount("SIGINT") + source.listenerCount("SIGTERM")).toBe(0);
});
