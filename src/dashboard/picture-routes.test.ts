import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { type OpenedDashboard, openDashboard, own, realRun, withToken } from "../../test/support/opened-dashboard.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeRun } from "../../test/support/written-runs.ts";
import type { Evaluation, Report } from "../index.ts";
import type { PictureList, Problem, Refitted, RunDetail, TryAnswer } from "./api.ts";

const folder = temporaryFolder();
const runs = join(folder, "runs");
const photos = join(folder, "photos");
let report: Report;
let dashboard: OpenedDashboard;

beforeAll(async () => {
  report = await realRun(photos, join(runs, "real"));
  await writeRun(runs, { name: "written", steps: 40 });
  dashboard = await openDashboard(runs, [folder]);
  return () => dashboard.close();
});

describe("a picture", () => {
  test("is written anew as WebP, small, upright, without anything of its file but what it shows", async () => {
    const name = (await dashboard.got<PictureList>("runs/real/pictures?limit=1")).pictures[0]!.name;
    const answer = await dashboard.ask("/api/runs/real/pictures/0/image?edge=40");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/webp"]);
    const shown = await sharp(Buffer.from(await answer.arrayBuffer()))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(shown.info).toMatchObject({ width: 40, height: 40 });
    const distanceTo = async (path: string) => {
      const pixels = await sharp(path).resize(40, 40).removeAlpha().raw().toBuffer();
      return pixels.reduce((sum, value, i) => sum + Math.abs(value - shown.data[i]!), 0) / pixels.length;
    };
    const other = name.replace(/\d+\.png$/, (file) => (file === "5.png" ? "6.png" : "5.png"));
    expect(await distanceTo(join(photos, name))).toBeLessThan((await distanceTo(join(photos, other))) / 2);
    const etag = answer.headers.get("etag")!;
    expect(
      (await dashboard.ask("/api/runs/real/pictures/0/image?edge=40", { ...own, "if-none-match": etag })).status,
    ).toBe(304);
  });

  test("that is another one now is not shown", async () => {
    const { pictures } = await dashboard.got<PictureList>("runs/real/pictures?limit=2");
    const path = join(photos, pictures[1]!.name);
    const before = readFileSync(path);
    await writeFile(path, readFileSync(join(photos, pictures[0]!.name)));
    const answer = await dashboard.ask("/api/runs/real/pictures/1/image");
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([409, "run/picture-changed"]);
    await writeFile(path, before);
    expect((await dashboard.ask("/api/runs/real/pictures/1/image")).status).toBe(200);
  });

  test.each([
    ["36", 404, "dashboard/no-picture"],
    ["-1", 400, "dashboard/request"],
    ["x", 400, "dashboard/request"],
  ])("numbered %s is none", async (id, status, code) => {
    const answer = await dashboard.ask(`/api/runs/real/pictures/${id}/image`);
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([status, code]);
  });

  test("of a run without answers is not there", async () => {
    const answer = await dashboard.ask("/api/runs/written/pictures");
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([409, "run/not-a-run"]);
  });

  test("shows where the network looks, for the class that is asked for or else the one that is said", async () => {
    const shown = async (query: string) => {
      const answer = await dashboard.ask(`/api/runs/real/pictures/0/heat${query}`);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
      return Buffer.from(await answer.arrayBuffer());
    };
    const { said } = (await dashboard.got<PictureList>("runs/real/pictures?limit=1")).pictures[0]!;
    const heat = await shown("");
    expect(await sharp(heat).metadata()).toMatchObject({ width: 64, height: 64, channels: 4 });
    expect(heat.equals(await shown(`?class=${said}`))).toBe(true);
    const other = report.classes.find((name) => name !== said)!;
    expect(heat.equals(await shown(`?class=${other}`))).toBe(false);
    expect((await dashboard.ask("/api/runs/real/pictures/0/heat?class=heron")).status).toBe(400);
  });
});

describe("a picture that is tried", () => {
  const tried = async (picture: Uint8Array<ArrayBuffer>, query = "") => {
    const answer = await dashboard.ask(`/api/runs/real/try${query}`, withToken, "POST", picture);
    return { status: answer.status, said: (await answer.json()) as TryAnswer & Problem };
  };

  test("is told what the run says of the same picture, where it looks, and that itself is nearest", async () => {
    const [row] = (await dashboard.got<PictureList>("runs/real/pictures?split=train&limit=1")).pictures;
    const { status, said } = await tried(new Uint8Array(readFileSync(join(photos, row!.name))));
    expect(status).toBe(200);
    if ("problem" in said.prediction) throw new Error(said.prediction.problem.message);
    const [first] = said.prediction.classes;
    expect(first!.name).toBe(row!.said);
    expect(first!.probability).toBeCloseTo(row!.probability, 5);
    const [kind, content = ""] = said.heat!.split(",");
    expect(kind).toBe("data:image/png;base64");
    expect(await sharp(Buffer.from(content, "base64")).metadata()).toMatchObject({ format: "png", hasAlpha: true });
    expect(said.nearest[0]).toMatchObject({ id: row!.id, name: row!.name, class: row!.class });
    expect(said.nearest[0]!.distance).toBeCloseTo(0, 3);
    const distances = said.nearest.map(({ distance }) => distance);
    expect(distances).toEqual(distances.toSorted((left, right) => left - right));
    expect(distances.length).toBeGreaterThan(3);
  });

  test("is told so where it is no picture", async () => {
    const { said } = await tried(new Uint8Array(7));
    expect(said).toMatchObject({ prediction: { problem: { code: "data/unreadable" } }, heat: null, nearest: [] });
    expect((await tried(new Uint8Array(0))).status).toBe(400);
    expect((await tried(new Uint8Array(7), "?coverage=2")).status).toBe(400);
  });
});

describe("what is said of pictures", () => {
  const correctionOf = async (id: number) =>
    (await dashboard.got<PictureList>("runs/real/pictures?limit=1000")).pictures[id]!.correction;

  test("is kept beside the data, shown with them, and taken back", async () => {
    expect(await dashboard.got("runs/real/corrections")).toEqual({ files: [], corrected: 0, undo: null });
    const moved = await dashboard.changed("runs/real/corrections", {
      pictures: [0, 1],
      correction: { kind: "class", class: "discs" },
    });
    expect(moved.said).toEqual({
      files: [`${photos}.corrections.jsonl`],
      corrected: 2,
      undo: 'moved to class "discs": 2 pictures',
    });
    await dashboard.changed("runs/real/corrections", { pictures: [1], correction: { kind: "excluded" } });
    expect([await correctionOf(0), await correctionOf(1), await correctionOf(2)]).toEqual([
      { kind: "class", class: "discs" },
      { kind: "excluded" },
      null,
    ]);
    expect((await dashboard.got<PictureList>("runs/real/pictures?only=corrected")).total).toBe(2);
    await dashboard.changed("runs/real/corrections/undo");
    expect(await correctionOf(1)).toEqual({ kind: "class", class: "discs" });
    const { said } = await dashboard.changed("runs/real/corrections/undo");
    expect(said).toMatchObject({ corrected: 0, undo: null });
    expect(await correctionOf(0)).toBeNull();
  });

  test.each([
    [{ pictures: [], correction: null }, 400],
    [{ pictures: ["0"], correction: null }, 400],
    [{ pictures: [0] }, 400],
    [{ pictures: [0], correction: { kind: "side", side: "test" } }, 400],
    [{ pictures: [0, 5000], correction: { kind: "excluded" } }, 404],
    [{ pictures: [0], correction: { kind: "class", class: "heron" } }, 422],
    [[], 400],
  ])("is refused as %j", async (body, status) => {
    expect((await dashboard.changed("runs/real/corrections", body)).status).toBe(status);
    expect(await dashboard.got("runs/real/corrections")).toMatchObject({ corrected: 0 });
  });

  test("leads to a head that is fitted anew, in a run of its own that is judged by the labels as they are now", async () => {
    const { pictures } = await dashboard.got<PictureList>("runs/real/pictures?split=validation&limit=1");
    const { class: own } = pictures[0]!;
    const other = report.classes.find((name) => name !== own)!;
    await dashboard.changed("runs/real/corrections", {
      pictures: [pictures[0]!.id],
      correction: { kind: "class", class: other },
    });
    const { status, said } = await dashboard.changed<Refitted>("runs/real/refit");
    expect([status, said.run]).toEqual([200, "real-refit"]);
    const countOf = ({ classes }: Evaluation, wanted: string) => classes.find(({ name }) => name === wanted)!.images;
    for (const judged of [said.before, said.after])
      expect(countOf(judged, own)).toBe(countOf(report.validation, own) - 1);
    const row = await dashboard.until("real-refit", ({ state }) => state !== "running");
    expect(row).toMatchObject({ state: "finished", refitOf: "real", hasModel: true, accuracy: said.after.accuracy });
    const { command } = await dashboard.got<RunDetail>("runs/real-refit");
    expect(command).toBe(`reinception refit '${join(runs, "real")}'`);
    await dashboard.changed("runs/real/corrections/undo");
    expect((await dashboard.changed("runs/written/refit")).status).toBe(409);
  });
});

test("and for none of it the engine was loaded here, whose every passage would keep others waiting", () => {
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
  expect(sharedObjects.some((file) => file.includes("sharp"))).toBe(true); // the way in which it is told does tell
  expect(sharedObjects.filter((file) => file.includes("onnxruntime"))).toEqual([]);
});
