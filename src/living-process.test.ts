import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isAlive, thisProcess } from "./living-process.ts";

test("this process is alive", () => {
  expect(thisProcess().pid).toBe(process.pid);
  expect(isAlive(thisProcess())).toBe(true);
});

test("one is alive until it ends, and nobody else is taken for it", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  const pid = child.pid!;
  if (process.platform === "linux") {
    expect(isAlive({ pid, began: thisProcess().began })).toBe(false); // began at another time
    expect(isAlive({ pid: process.pid, began: "" })).toBe(false);
  } else expect(isAlive({ pid, began: "" })).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive({ pid, began: "" })).toBe(false);
  expect(isAlive({ pid: Number.NaN, began: "" })).toBe(false);
});
