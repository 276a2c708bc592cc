import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { RunList } from "../dashboard/api.ts";

const folder = temporaryFolder();
const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const thin = ["--weights", "random", "--width", "0.03125", "--size", "75", "--threads", "1"];

interface Started {
  readonly child: ChildProcess;
  /** What it has said that matches, as soon as it has. */
  said(pattern: RegExp): Promise<string>;
  readonly ended: Promise<number | null>;
}

function start(...args: readonly string[]): Started {
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), main, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += data));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const said = async (pattern: RegExp) => {
    await expect.poll(() => text, { timeout: 60_000 }).toMatch(pattern);
    return pattern.exec(text)![1] ?? "";
  };
  return { child, said, ended };
}

const address = /(http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{20,})/;

async function runsAt(opened: string): Promise<RunList> {
  return (await (await fetch(new URL("/api/runs", opened))).json()) as RunList;
}

function changed(opened: string, path: string, body: object): Promise<Response> {
  const { origin, hash } = new URL(opened);
  const headers = { authorization: `Bearer ${hash.replace("#token=", "")}` };
  return fetch(`${origin}/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

describe("reinception dashboard", () => {
  test("says where it is, ends runs that were started from it well when it ends, and how they go on", async () => {
    await drawPhotos({ folder: join(folder, "photos"), classes: ["discs", "stripes"], each: 6, size: 80, seed: 3 });
    const { child, said, ended } = start("dashboard", "--port", "0");
    const opened = await said(address);
    expect(await runsAt(opened)).toEqual({ runs: [], total: 0, all: 0 });
    const options = { weights: "random", width: "0.03125", size: "75", threads: "1", epochs: "100000" };
    const request = {
      data: join(folder, "photos"),
      name: "long",
      options: { ...options, strategy: "feature-extraction" },
    };
    expect((await changed(opened, "runs", request)).status).toBe(201);
    await expect
      .poll(async () => (await runsAt(opened)).runs[0]?.progress?.doing, { timeout: 60_000 })
      .toMatch(/^epoch /);
    child.kill("SIGINT");
    await said(/Ends after this step/);
    expect(await said(/reinception resume (\S+)/)).toBe(join("runs", "long"));
    expect(await ended).toBe(0);
    expect(existsSync(join(folder, "runs", "long", "report.json"))).toBe(true);
  });

  test("prints one JSON document where that is asked for, and ends at once when nothing is under way", async () => {
    const { child, said, ended } = start("dashboard", "--port", "0", "--json");
    const { address: opened } = JSON.parse(await said(/^(\{.*\})\n$/)) as { address: string };
    expect((await fetch(new URL("/api/runs", opened))).status).toBe(200);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  test("says so where the folder of runs that was named is not there", async () => {
    const { said, ended } = start("dashboard", "nowhere");
    await said(/run\/no-folder/);
    expect(await ended).toBe(4);
  });
});

describe("reinception train --dashboard", () => {
  test("shows the run while it goes on, and stays until it is told to end", async () => {
    const photos = await drawPhotos({
      folder: join(folder, "own"),
      classes: ["discs", "stripes"],
      each: 6,
      size: 80,
      seed: 5,
    });
    const out = join(folder, "seen", "run");
    const { child, said, ended } = start("train", photos, ...thin, "--epochs", "1", "--out", out, "--dashboard");
    const opened = await said(address);
    await said(/The dashboard stays open/);
    expect((await runsAt(opened)).runs).toMatchObject([{ name: "run", state: "finished" }]);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  test("is not for programs, which read one document and go on", async () => {
    const { said, ended } = start("train", "photos", "--dashboard", "--json");
    await said(/options\/not-with/);
    expect(await ended).toBe(2);
  });
});
