// What is learned depends on the pictures, not on how they are kept.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { evaluate, featureExtraction, predict, type Report, resume, retrain } from "../../src/index.ts";
import { sourceFolders } from "../support/source-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { asSource, type Kind, type Picture, thirtyPictures } from "../support/thirty-pictures.ts";
import { zipOf } from "../support/zip-writer.ts";

const folder = temporaryFolder();
const write = sourceFolders();
let pictures: readonly Picture[] = [];
let fromFolder: Report;

function run(data: string | readonly string[], name: string) {
  const common = { weights: "random", width: 1 / 32, size: 75, batchSize: 8, threads: 1, report: false } as const;
  return retrain({ data, out: join(folder, name), ...common, strategy: featureExtraction({ epochs: 2 }) });
}

beforeAll(async () => {
  pictures = await thirtyPictures();
  fromFolder = await run(asSource("folder", pictures, write), "folder").result;
});

test.each<Kind>(["zip", "tar"])("a run on a %s learns what one on the folder learns, to the last bit", async (kind) => {
  process.env.REINCEPTION_CACHE = join(folder, `cache-${kind}`); // nothing is there yet, so that it decodes
  const report = await run(asSource(kind, pictures, write), kind).result;
  expect(report.parametersHash).toBe(fromFolder.parametersHash);
  expect(report.dataFingerprint).toBe(fromFolder.dataFingerprint);
  expect(report.validation).toEqual(fromFolder.validation);
});

test("several sources of several kinds make one run, which is evaluated on them and goes on with them", async () => {
  const half = (from: number, to: number) => pictures.slice(from, to);
  const data = [...asSource("csv", half(0, 15), write), ...asSource("zip", half(15, 30), write)];
  const report = await run(data, "both").result;
  expect(report.dataFingerprint).toBe(fromFolder.dataFingerprint);
  // of two drawn pictures that look alike on both sides of the split, the one to learn from is left out
  const copies = report.skipped.filter(({ side }) => side === "train");
  expect(report.images.train + report.images.validation + copies.length).toBe(30);
  const config = (JSON.parse(readFileSync(join(folder, "both/run.json"), "utf8")) as { config: { data: unknown } })
    .config;
  expect(config.data).toEqual(data);
  const judged = await evaluate({ model: join(folder, "both"), data, threads: 1 }).result;
  expect(judged.images).toBe(30);
  const longer = await resume({ run: join(folder, "both"), epochs: 3 }).result;
  expect(longer.stages[0]!.epochsDone).toHaveLength(3);
});

test("a damaged entry of a zip is left out by name, and the run goes on with the others", async () => {
  const files = pictures.map(({ className, file, bytes }) => ({ name: `${className}/${file}`, bytes }));
  const [first, ...others] = files;
  const data = write({ "photos.zip": zipOf([{ ...first!, stated: { crc32: 1 } }, ...others]) });
  const report = await run(join(data, "photos.zip"), "damaged").result;
  const copies = report.skipped.filter(({ side }) => side === "train");
  expect(report.images.train + report.images.validation + copies.length).toBe(29);
  expect(report.skipped.filter((one) => !copies.includes(one))).toEqual([
    { path: first!.name, reason: expect.stringContaining("its checksum is another") as string },
  ]);
});

test("prediction still takes pictures and folders by their paths", async () => {
  const path = join(asSource("folder", pictures, write)[0]!, "discs");
  const job = predict({ model: join(folder, "folder"), images: path, threads: 1 });
  const answers = [];
  for await (const answer of job) answers.push(answer);
  expect(answers).toHaveLength(10);
});

test("weights of a list are those of the losses: another weight, another model", async () => {
  const hashes = [];
  for (const weight of ["1", "9"]) {
    const lines = pictures.map(
      ({ className, file }) => `images/${file},${className},${className === "discs" ? weight : ""}\n`,
    );
    const images = Object.fromEntries(pictures.map(({ file, bytes }) => [`images/${file}`, bytes]));
    const data = write({ ...images, "list.csv": `path,label,weight\n${lines.join("")}` });
    hashes.push((await run(join(data, "list.csv"), `weight-${weight}`).result).parametersHash);
  }
  expect(hashes[1]).not.toBe(hashes[0]);
});
