// Files from strangers, each opened as weights in a process whose memory is watched.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { attacks } from "../support/attacks.ts";
import type { Opened } from "../support/open-strangers.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const marker = join(folder, "owned");
const strangers = Object.entries(attacks(marker));
let opened: readonly Opened[] = [];

beforeAll(() => {
  mkdirSync(join(folder, "files"));
  const paths = strangers.map(([name, bytes]) => {
    const path = join(folder, "files", name);
    writeFileSync(path, bytes);
    return path;
  });
  const program = fileURLToPath(new URL("../support/open-strangers.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", program, ...paths], { encoding: "utf8" });
  opened = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Opened);
});

test.each(strangers)("%s ends in an error that says what is wrong", (name) => {
  const found = opened.find(({ path }) => basename(path) === name);
  expect(found?.code).toMatch(/^(?:weights|onnx)\//);
  expect(found?.message).toMatch(/^[ -~\n\u2026]+$/);
});

test("all of them together take less memory than 200 MB", () => {
  expect(opened).toHaveLength(strangers.length);
  expect(Math.max(...opened.map(({ grownBytes }) => grownBytes))).toBeLessThan(200e6);
});

test("nothing that a file asks for is run", () => expect(existsSync(marker)).toBe(false));
