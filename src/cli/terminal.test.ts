import { describe, expect, test } from "vitest";
import { terminalOf } from "./terminal.ts";

const screen = { isTTY: true, columns: 100 };
const file = {};

function looks(stream: { isTTY?: boolean }, environment: Record<string, string> = {}) {
  const { live, style } = terminalOf(stream, environment, "linux");
  return { live, coloured: style.bold("x") !== "x" };
}

describe("a terminal", () => {
  test("is drawn on in colour, a file is not", () => {
    expect(looks(screen)).toEqual({ live: true, coloured: true });
    expect(looks(file)).toEqual({ live: false, coloured: false });
  });

  test("keeps its colours back for NO_COLOR, and everything for TERM=dumb", () => {
    expect(looks(screen, { NO_COLOR: "1" })).toEqual({ live: true, coloured: false });
    expect(looks(screen, { NO_COLOR: "" })).toEqual({ live: true, coloured: true });
    expect(looks(screen, { TERM: "dumb" })).toEqual({ live: false, coloured: false });
  });

  test("can be forced to colours and to none", () => {
    expect(looks(file, { FORCE_COLOR: "1" })).toEqual({ live: false, coloured: true });
    expect(looks(screen, { FORCE_COLOR: "0" })).toEqual({ live: true, coloured: false });
  });

  test("has box characters where its language has them", () => {
    expect(terminalOf(screen, { LANG: "de_DE.UTF-8" }, "linux").unicode).toBe(true);
    expect(terminalOf(screen, { LANG: "C" }, "linux").unicode).toBe(false);
    expect(terminalOf(screen, { LC_ALL: "C", LANG: "de_DE.UTF-8" }, "linux").unicode).toBe(false);
    expect(terminalOf(screen, {}, "win32").unicode).toBe(true);
  });

  test("has 80 columns unless it says otherwise", () => {
    expect(terminalOf(file, {}).columns).toBe(80);
    expect(terminalOf(screen, {}).columns).toBe(100);
  });
});
