import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

function start(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", ...args], { env: { ...process.env, NO_COLOR: "1" } });
    const text = { out: "", errors: "" };
    child.stdout.on("data", (data) => (text.out += data));
    child.stderr.on("data", (data) => (text.errors += data));
    child.on("close", (code) => resolve({ code, ...text }));
  });
}

const reinception = (...args: readonly string[]) => start([main, ...args]);

describe.concurrent("the command line", () => {
  test("prints its help with every command and exit code", async () => {
    const { code, out, errors } = await reinception("--help");
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    for (const part of [
      "train <data...>",
      "evaluate <run> <data...>",
      "predict",
      "evaluate",
      "inspect",
      "runs",
      "doctor",
      "130  stopped by Ctrl-C",
    ])
      expect(out).toContain(part);
  });

  test("prints the help of training from the table of options", async () => {
    const { code, out } = await reinception("train", "--help");
    expect(code).toBe(0);
    expect(out).toContain("--learning-rate <RATE[,RATE]>");
    expect(out).toContain("reinception train photos");
    expect(out).not.toContain("--top");
  });

  test("prints its version", async () => {
    expect(await reinception("--version")).toEqual({ code: 0, out: `${packageJson.version}\n`, errors: "" });
  });

  test.each([
    ["", "not loaded"],
    ['await import("sharp");', "loaded"], // the way in which it is told does tell
  ])("loads neither the engine nor the decoder to print help (after %j: %s)", async (before, told) => {
    const script = `process.argv = ["node", "reinception", "train", "--help"];
      ${before}
      await import(${JSON.stringify(main)});
      const { sharedObjects } = process.report.getReport();
      console.error(sharedObjects.some((file) => /sharp|onnxruntime/.test(file)) ? "loaded" : "not loaded");`;
    expect((await start(["--input-type=module", "-e", script])).errors).toBe(`${told}\n`);
  });

  test("refuses what it does not know, on stderr, with exit code 2", async () => {
    expect(await reinception("train", "photos", "--epocs", "3")).toEqual({
      code: 2,
      out: "",
      errors:
        'options/unknown: there is no option "--epocs"; "--epochs" comes nearest.\nTo see all options, type: reinception train --help\n',
    });
  });

  test("says an error as one JSON document on stdout where JSON is asked for", async () => {
    const { code, out, errors } = await reinception("train", "photos", "--dropout", "2", "--json");
    expect({ code, errors }).toEqual({ code: 2, errors: "" });
    expect(JSON.parse(out)).toEqual({
      error: {
        code: "options/value",
        message: '--dropout is "2", but it must be a number of at least 0 and below 1.',
        fix: "Write for example: --dropout 0",
      },
    });
  });

  test("prints what it finds as one JSON document", async () => {
    const { code, out, errors } = await reinception("inspect", "--unfreeze", "2 blocks", "--json");
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(JSON.parse(out)).toMatchObject({ kind: "network", unfreeze: "2 blocks", trunk: { block: "mixed_7b" } });
  });

  test("leads every kind of problem to its exit code", async () => {
    expect((await reinception("inspect", "nothing-there")).code).toBe(4);
    expect((await reinception("train", "nothing-there", "--momentum", "0.9")).code).toBe(2);
  });
});
