import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeRun } from "../../test/support/written-runs.ts";
import { type Evaluation, featureExtraction, type Report, retrain } from "../index.ts";
import type { Curves, FolderList, PictureList, Problem, Refitted, RunDetail, RunList, RunRow } from "./api.ts";
import { corrected } from "./corrected.ts";
import { type DashboardApp, dashboardApp } from "./dashboard.ts";
import { pageFiles } from "./page-files.ts";
import type { Services } from "./services.ts";

const folder = temporaryFolder();
const runs = join(folder, "runs");
const photos = join(folder, "photos");
const token = "token-of-this-test";
const origin = "http://127.0.0.1:4299";
const thin = { weights: "random", width: 1 / 32, size: 75, threads: 1 } as const;

/** What others compute is told here, as far as the routes pass it on. */
const services: Services = {
  corrections: corrected(),
  looks: {
    heat: async (_, picture, className) => Uint8Array.from(Buffer.from(`${picture.length} ${className}`)),
    try: async (_, picture, asked) => ({
      prediction: { path: `${picture.length} ${asked.coverage} ${asked.reject}`, classes: [] },
      heat: null,
      nearest: [],
    }),
  },
  commandOf: ({ config }) => `reinception train ${config.data.join(" ")}`,
  close: async () => {},
};

let opened: DashboardApp;
let report: Report;

beforeAll(async () => {
  await drawPhotos({ folder: photos, classes: ["checks", "discs", "stripes"], each: 12, size: 80, seed: 4, noise: 60 });
  const strategy = featureExtraction({ epochs: 2 });
  report = await retrain({ ...thin, data: photos, out: join(runs, "real"), strategy }).result;
  await writeRun(runs, { name: "written", steps: 40 });
  const page = join(folder, "page");
  await mkdir(join(page, "assets"), { recursive: true });
  await writeFile(join(page, "index.html"), "<!doctype html><title>Runs</title>");
  await writeFile(join(page, "assets", "start.js"), "export {};");
  opened = await dashboardApp({ runs, photos: [folder] }, services, token, await pageFiles(page));
  return () => opened.close();
});

type Headers = Readonly<Record<string, string>>;
const own: Headers = { host: "127.0.0.1:4299" };
const withToken: Headers = { ...own, authorization: `Bearer ${token}` };

async function ask(path: string, headers: Headers = own, method = "GET", body?: string | Uint8Array<ArrayBuffer>) {
  return opened.app.request(`${origin}${path}`, { method, headers, ...(body !== undefined && { body }) });
}
async function got<T>(path: string): Promise<T> {
  const answer = await ask(`/api/${path}`);
  expect([path, answer.status]).toEqual([path, 200]);
  return (await answer.json()) as T;
}
async function changed<T>(path: string, body: object = {}): Promise<{ status: number; said: T & Problem }> {
  const answer = await ask(`/api/${path}`, withToken, "POST", JSON.stringify(body));
  return { status: answer.status, said: (await answer.json()) as T & Problem };
}

async function until(name: string, wanted: (row: RunRow) => boolean): Promise<RunRow> {
  for (;;) {
    const { row } = await got<RunDetail>(`runs/${encodeURIComponent(name)}`);
    if (wanted(row)) return row;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("every route", () => {
  /** Of the application as it is, with names of things that are there. */
  const routes = () =>
    opened.app.routes
      .filter(({ path, method }) => path !== "/*" && !(method === "ALL" && path === "/api/*"))
      .map(({ path, method }) => ({
        method,
        path: path.replace(":run", "real").replace(":picture", "0").replace("*", ""),
      }));

  /** As the head of api.ts lists them. */
  const agreed = readFileSync(new URL("./api.ts", import.meta.url), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, method, path = "", more] = /^\/\/ {3}(GET|POST) +([\w/:]+)\S*(?: \| (\w+))?/.exec(line) ?? [];
      const paths = more === undefined ? [path] : [path, path.replace(/\w+$/, more)];
      return method === undefined ? [] : paths.map((one) => `${method} /api/${one}`);
    });

  test("is one that was agreed on, and all of those are there", () => {
    const api = opened.app.routes.filter(({ path }) => path.startsWith("/api/") && path !== "/api/*");
    expect(api.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(agreed.toSorted());
    expect(agreed.length).toBeGreaterThan(15);
  });

  const refusals: readonly (readonly [what: string, headers: Headers, code: string])[] = [
    ["for a foreign host", { ...withToken, host: "evil.example" }, "http/host"],
    ["for a foreign host with our port", { ...withToken, host: "evil.example:4299" }, "http/host"],
    ["without a host", { authorization: `Bearer ${token}`, host: "" }, "http/host"],
    ["from a page of another site", { ...withToken, origin: "https://evil.example" }, "http/origin"],
    ["from another server of this machine", { ...withToken, origin: "http://127.0.0.1:8080" }, "http/origin"],
    ["from a page without an origin", { ...withToken, origin: "null" }, "http/origin"],
    ["for a page of another site", { ...withToken, "sec-fetch-site": "cross-site" }, "http/origin"],
    ["for a page of this machine's other servers", { ...withToken, "sec-fetch-site": "same-site" }, "http/origin"],
  ];
  test.each(refusals)("is closed to a request %s", async (_, headers, code) => {
    for (const { method, path } of routes()) {
      const answer = await ask(path, headers, method);
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      expect(((await answer.json()) as Problem).code).toBe(code);
    }
  });

  const tokens: readonly (readonly [what: string, headers: Headers])[] = [
    ["no token", own],
    ["another token", { ...own, authorization: "Bearer another" }],
    ["the token in another place", { ...own, authorization: token, cookie: `token=${token}` }],
  ];
  test.each(tokens)("that changes something is closed to a request with %s", async (_, headers) => {
    for (const { method, path } of routes()) {
      if (method === "GET") continue;
      for (const address of [path, `${path}?token=${token}`]) {
        const answer = await ask(address, headers, method);
        expect([method, address, answer.status]).toEqual([method, address, 401]);
      }
    }
  });

  test("says that no other page may read or frame it, that scripts come from here, and that pictures are what they are", async () => {
    for (const { method, path } of routes()) {
      const { headers } = await ask(path, own, method);
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      const policy = headers.get("content-security-policy")!.split("; ");
      expect(policy).toEqual(
        expect.arrayContaining(["script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]),
      );
      expect(policy.join()).not.toMatch(/unsafe|\*/);
    }
  });

  test("answers preflight requests of other pages with nothing that helps them", async () => {
    const answer = await ask("/api/runs", { ...own, origin: "https://evil.example" }, "OPTIONS");
    expect(answer.status).toBe(403);
  });
});

describe("the page", () => {
  test.each(["/", "/runs/real", "/runs/real/pictures", "/new"])("is the document at %s", async (path) => {
    const answer = await ask(path);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await answer.text()).toContain("<title>Runs</title>");
  });

  test("has its files, and names of others lead nowhere", async () => {
    expect(await (await ask("/assets/start.js")).text()).toBe("export {};");
    const etag = (await ask("/assets/start.js")).headers.get("etag")!;
    expect((await ask("/assets/start.js", { ...own, "if-none-match": etag })).status).toBe(304);
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/assets/..%2f..%2fetc%2fpasswd"])
      expect(await (await ask(path)).text()).toContain("<title>Runs</title>");
    expect((await ask("/api/nothing")).status).toBe(404);
  });

  test("that has not been built is said to be so", async () => {
    await expect(pageFiles(join(folder, "nowhere"))).rejects.toThrow("npm run build");
  });
});

describe("what a page is told of a run", () => {
  const fileOf = (name: string) => JSON.parse(readFileSync(join(runs, "real", name), "utf8"));

  test("is what report.json says, number by number", async () => {
    const detail = await got<RunDetail>("runs/real");
    expect(detail.report).toEqual(fileOf("report.json"));
    expect(detail.report).toEqual(report);
    const { accuracy, accuracyInterval, images } = report.validation;
    expect(detail.row).toMatchObject({ accuracy, accuracyInterval, heldOutImages: images, classes: report.classes });
    const { runs: rows } = await got<RunList>("runs?search=real");
    expect(rows).toEqual([detail.row]);
  });

  test("has its findings, how it was asked for and what with", async () => {
    const detail = await got<RunDetail>("runs/real");
    expect(detail.findings).toEqual(fileOf("audit.json").findings);
    expect(detail.options).toEqual(fileOf("run.json").config);
    expect(detail.command).toBe(`reinception train ${photos}`);
    expect(detail.versions.reinception).toBe(report.version);
    expect(detail.advice).toBeNull();
  });

  test("has the same epochs in its curves as in its report", async () => {
    const { stages } = await got<Curves>("runs/real/curves");
    const epochs = stages.flatMap((stage) => stage.epochs);
    const { epochsDone } = report.stages[0]!;
    expect(
      epochs.map(({ loss, accuracy, validationLoss, validationAccuracy }) => [
        loss,
        accuracy,
        validationLoss,
        validationAccuracy,
      ]),
    ).toEqual(
      epochsDone.map(({ loss, accuracy, validationLoss, validationAccuracy }) => [
        loss,
        accuracy,
        validationLoss,
        validationAccuracy,
      ]),
    );
    const thinned = await got<Curves>("runs/written/curves?points=8");
    expect(thinned.stages.map(({ steps }) => steps.length <= 8)).toEqual([true, true]);
  });

  test("counts in its pictures what the confusion matrix counts", async () => {
    const { classes, confusionMatrix } = report.validation;
    for (const [i, truth] of classes.entries())
      for (const [j, said] of classes.entries()) {
        const cell = await got<PictureList>(
          `runs/real/pictures?split=validation&class=${truth.name}&said=${said.name}`,
        );
        expect(cell.total).toBe(confusionMatrix[i]![j]);
      }
    const wrong = await got<PictureList>("runs/real/pictures?split=validation&only=wrong&limit=1000");
    const told = new Map(wrong.pictures.map((row) => [row.name, row]));
    expect(wrong.total).toBe(report.validation.mostWrong.length);
    for (const one of report.validation.mostWrong) {
      const row = told.get(one.name)!;
      expect([row.class, row.said]).toEqual([one.truth, one.said]);
      expect(row.probability).toBeCloseTo(one.probability, 12);
      expect(row.probabilityOfClass).toBeCloseTo(one.probabilityOfTruth, 12);
    }
  });

  test("of one that is not there, or is not asked for by a name, is that there is none", async () => {
    for (const name of ["nothing", "..", "%2e%2e", "..%2fruns%2freal", "real%2f", "real%00", "%2fetc"]) {
      const answer = await ask(`/api/runs/${name}/curves`);
      expect([name, answer.status]).toEqual([name, 404]);
    }
  });

  test.each(["points=x", "points=3", "points=-1", "points=1e3"])("is not told for ?%s", async (query) => {
    const answer = await ask(`/api/runs/real/curves?${query}`);
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([400, "dashboard/request"]);
  });
});

describe("a picture", () => {
  test("is written anew as WebP, small, upright, without anything of its file but what it shows", async () => {
    const name = (await got<PictureList>("runs/real/pictures?limit=1")).pictures[0]!.name;
    const answer = await ask("/api/runs/real/pictures/0/image?edge=40");
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
    expect((await ask("/api/runs/real/pictures/0/image?edge=40", { ...own, "if-none-match": etag })).status).toBe(304);
  });

  test("that is another one now is not shown", async () => {
    const { pictures } = await got<PictureList>("runs/real/pictures?limit=2");
    const path = join(photos, pictures[1]!.name);
    const before = readFileSync(path);
    await writeFile(path, readFileSync(join(photos, pictures[0]!.name)));
    const answer = await ask("/api/runs/real/pictures/1/image");
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([409, "run/picture-changed"]);
    await writeFile(path, before);
    expect((await ask("/api/runs/real/pictures/1/image")).status).toBe(200);
  });

  test.each([
    ["36", 404, "dashboard/no-picture"],
    ["-1", 400, "dashboard/request"],
    ["x", 400, "dashboard/request"],
  ])("numbered %s is none", async (id, status, code) => {
    const answer = await ask(`/api/runs/real/pictures/${id}/image`);
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([status, code]);
  });

  test("of a run without answers is not there", async () => {
    const answer = await ask("/api/runs/written/pictures");
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([409, "run/not-a-run"]);
  });

  test("has its file's bytes given to who looks at it, for the class that is asked for or else the one that is said", async () => {
    const { said, name } = (await got<PictureList>("runs/real/pictures?limit=1")).pictures[0]!;
    const { length } = readFileSync(join(photos, name));
    expect(await (await ask("/api/runs/real/pictures/0/heat?class=discs")).text()).toBe(`${length} discs`);
    expect(await (await ask("/api/runs/real/pictures/0/heat")).text()).toBe(`${length} ${said}`);
    const tried = await ask("/api/runs/real/try?coverage=0.95&reject=0.01", withToken, "POST", new Uint8Array(7));
    expect(await tried.json()).toMatchObject({ prediction: { path: "7 0.95 0.01" } });
    expect((await ask("/api/runs/real/try", withToken, "POST")).status).toBe(400);
  });
});

describe("what is said of pictures", () => {
  const correctionOf = async (id: number) =>
    (await got<PictureList>("runs/real/pictures?limit=1000")).pictures[id]!.correction;

  test("is kept beside the data, shown with them, and taken back", async () => {
    expect(await got("runs/real/corrections")).toEqual({ files: [], corrected: 0, undo: null });
    const moved = await changed("runs/real/corrections", {
      pictures: [0, 1],
      correction: { kind: "class", class: "discs" },
    });
    expect(moved.said).toEqual({
      files: [`${photos}.corrections.jsonl`],
      corrected: 2,
      undo: 'moved to class "discs": 2 pictures',
    });
    await changed("runs/real/corrections", { pictures: [1], correction: { kind: "excluded" } });
    expect([await correctionOf(0), await correctionOf(1), await correctionOf(2)]).toEqual([
      { kind: "class", class: "discs" },
      { kind: "excluded" },
      null,
    ]);
    expect((await got<PictureList>("runs/real/pictures?only=corrected")).total).toBe(2);
    await changed("runs/real/corrections/undo");
    expect(await correctionOf(1)).toEqual({ kind: "class", class: "discs" });
    const { said } = await changed("runs/real/corrections/undo");
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
    expect((await changed("runs/real/corrections", body)).status).toBe(status);
    expect(await got("runs/real/corrections")).toMatchObject({ corrected: 0 });
  });

  test("leads to a head that is fitted anew, in a run of its own that is judged by the labels as they are now", async () => {
    const { pictures } = await got<PictureList>("runs/real/pictures?split=validation&limit=1");
    const { class: own } = pictures[0]!;
    const other = report.classes.find((name) => name !== own)!;
    await changed("runs/real/corrections", {
      pictures: [pictures[0]!.id],
      correction: { kind: "class", class: other },
    });
    const { status, said } = await changed<Refitted>("runs/real/refit");
    expect([status, said.run]).toEqual([200, "real-refit"]);
    const countOf = ({ classes }: Evaluation, wanted: string) => classes.find(({ name }) => name === wanted)!.images;
    for (const judged of [said.before, said.after])
      expect(countOf(judged, own)).toBe(countOf(report.validation, own) - 1);
    const row = await until("real-refit", ({ state }) => state !== "running");
    expect(row).toMatchObject({ state: "finished", refitOf: "real", hasModel: true, accuracy: said.after.accuracy });
    await changed("runs/real/corrections/undo");
    expect((await changed("runs/written/refit")).status).toBe(409);
  });
});

describe("a new run", () => {
  const options = { weights: "random", width: "0.03125", size: "75", threads: "1", strategy: "feature-extraction" };

  test("is started, watched, stopped and let go on from the page", async () => {
    const begun = await changed<RunRow>("runs", {
      data: photos,
      name: "begun",
      options: { ...options, epochs: "100000" },
    });
    expect(begun).toMatchObject({ status: 201, said: { name: "begun", state: "running" } });
    expect((await changed("runs", { data: photos, name: "begun", options })).said.code).toBe("dashboard/name-taken");
    const learning = await until("begun", ({ progress }) => progress?.share !== null && progress!.share > 0);
    expect(learning.progress!.doing).toMatch(/of/);

    const stopped = await changed<RunRow>("runs/begun/stop");
    expect(stopped.said.progress?.doing).toBe("ends after this step");
    expect(await until("begun", ({ state }) => state !== "running")).toMatchObject({
      state: "stopped",
      hasModel: true,
    });
    expect((await changed("runs/begun/stop")).said.code).toBe("run/not-running");

    expect((await changed<RunRow>("runs/begun/resume")).said.state).toBe("running");
    expect((await changed("runs/begun/resume")).status).toBe(409);
    await changed("runs/begun/stop");
    await until("begun", ({ state }) => state === "stopped");
  });

  test("that cannot be is refused at once, or says why it ended", async () => {
    const wrong = await changed("runs", { data: photos, options: { epochs: "many" } });
    expect([wrong.status, wrong.said.code]).toEqual([400, "options/value"]);
    const unknown = await changed("runs", { data: photos, options: { epoch: "1" } });
    expect([unknown.status, unknown.said.code]).toEqual([400, "options/unknown"]);
    const { said } = await changed<RunRow>("runs", { data: join(photos, "discs"), name: "one-class", options });
    expect(said.state).toBe("running");
    const ended = await until("one-class", ({ state }) => state !== "running");
    expect(ended).toMatchObject({ state: "stopped", problem: { code: expect.stringMatching(/^data\//) } });
    expect((await got<RunList>("runs")).runs.map(({ name }) => name)).toContain("one-class");
  });

  test.each([
    [{ data: "/etc" }, "dashboard/outside"],
    [{ data: join(folder, "..") }, "dashboard/outside"],
    [{ data: photos, name: "../escaped" }, "dashboard/name"],
    [{ data: photos, name: ".hidden" }, "dashboard/name"],
    [{ data: photos, options: { out: "/tmp/elsewhere" } }, "dashboard/option"],
    [{ data: photos, options: { weightsMirror: "http://evil.example" } }, "dashboard/option"],
    [{ data: photos, options: { weights: "/etc/passwd" } }, "dashboard/outside"],
    [{ data: photos, options: { source: "/etc" } }, "dashboard/outside"],
    [{ data: photos, options: { epochs: 3 } }, "dashboard/request"],
    [{ options: {} }, "dashboard/request"],
  ])("is not asked for as %j", async (body, code) => {
    for (const path of ["runs", "advices"]) {
      const { said } = await changed(path, body);
      if (code === "dashboard/outside" && path === "advices" && said.code === "options/unknown") continue;
      expect(said.code).toBe(code);
    }
  });
});

describe("photos before there is a run", () => {
  test("are chosen from the configured folders, and audited", async () => {
    const { folders } = await got<FolderList>(`folders?path=${encodeURIComponent(folder)}`);
    expect(folders.find(({ name }) => name === "photos")?.pictures).toBe(36);
    expect((await ask("/api/folders?path=/etc")).status).toBe(403);
    const { said } = await changed<{ audit: { pictures: number } }>("audits", { data: photos });
    expect(said.audit.pictures).toBe(36);
    expect((await changed("audits", { data: "/etc" })).status).toBe(403);
  });
});
