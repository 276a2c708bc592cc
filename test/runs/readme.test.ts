// The sections of the README about weights and about taking a model elsewhere, done as they are written: each block of
// commands in a shell, each program in Node, one after the other in one folder. Python is left out.
//
// In the folder are, beforehand: photos/ (drawn, .jpg, two classes), photo.jpg, runs/first (a finished run on them) and
// inception-v4.pth. `reinception` and `npx reinception` are this repository's. https://mirror.example.org, and the place
// that published weights come from, is a folder with the small network under the name of the large one.

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { featureExtraction, retrain } from "../../src/index.ts";
import { publishedFile } from "../../src/pretrained/published.ts";
import { embeddedSmall } from "../../src/weights/network-file.ts";
import { drawPhotos } from "../support/drawn-photos.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const here = join(folder, "here");
const mirror = join(folder, "mirror");
const root = fileURLToPath(new URL("../../", import.meta.url));
const tsx = import.meta.resolve("tsx");
const readme = readFileSync(join(root, "README.md"), "utf8");

interface Block {
  readonly language: string;
  readonly code: string;
}

/** The blocks below a heading, in their order. */
function blocksOf(heading: string): readonly Block[] {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  const [text = ""] = section.split(/\n## /);
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language, code]) => ({
    language: language!,
    code: code!.replaceAll("https://mirror.example.org", pathToFileURL(mirror).href),
  }));
}

beforeAll(async () => {
  const photos = join(here, "photos");
  await drawPhotos({ folder: photos, classes: ["discs", "stripes"], each: 16, size: 80, seed: 8, noise: 5 });
  for (const file of readdirSync(photos, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".png"),
  )) {
    await sharp(join(photos, file))
      .jpeg()
      .toFile(join(photos, file.replace(/png$/, "jpg")));
    rmSync(join(photos, file));
  }
  copyFileSync(join(photos, "discs", "0.jpg"), join(here, "photo.jpg"));
  copyFileSync(join(root, "test/fixtures/files/model.pth"), join(here, "inception-v4.pth"));
  mkdirSync(mirror);
  copyFileSync(embeddedSmall(), join(mirror, publishedFile("imagenet").fileName));
  symlinkSync(join(root, "node_modules"), join(here, "node_modules"), "junction");
  const run = { data: photos, out: join(here, "runs", "first"), weights: "small", threads: 2 };
  await retrain({ ...run, strategy: featureExtraction({ epochs: 10 }), augment: "none" }).result;
});

const environment = { ...process.env, NO_COLOR: "1", REINCEPTION_WEIGHTS_MIRROR: mirror };

function ended(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: here, env: environment, encoding: "utf8" });
  return { status, stdout, problems: status === 0 ? "" : stderr };
}

/** Every line has to end well, those before a pipe too. */
function inShell(code: string) {
  const main = join(root, "src/cli/main.ts");
  const ours = `reinception() { "${process.execPath}" --import "${tsx}" "${main}" "$@"; }\nnpx() { "$@"; }\n`;
  return ended("bash", ["-euo", "pipefail", "-c", ours + code]);
}

function inNode(code: string) {
  const program = join(here, "program.mts");
  writeFileSync(
    program,
    code.replace('from "reinception"', `from "${pathToFileURL(join(root, "src/index.ts")).href}"`),
  );
  return ended(process.execPath, ["--import", tsx, program]);
}

// Windows has no shell that takes these lines
describe.skipIf(process.platform === "win32").each([
  ["Weights", ["sh", "sh"]],
  ["Taking the model elsewhere", ["sh", "sh", "ts", "ts"]],
] as const)("in the README, %s", (heading, languages) => {
  const blocks = blocksOf(heading).filter(({ language }) => language !== "python");

  test("has the blocks that are tried here", () => {
    expect(blocks.map(({ language }) => language)).toEqual(languages);
  });

  test.each(blocks)("$code", ({ language, code }) => {
    const { status, stdout, problems } = language === "sh" ? inShell(code) : inNode(code);
    expect(problems).toBe("");
    expect(status).toBe(0);
    expect(stdout.length).toBeGreaterThan(0);
  });
});
