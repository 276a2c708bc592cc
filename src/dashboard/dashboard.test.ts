import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Headers,
  type OpenedDashboard,
  openDashboard,
  own,
  realRun,
  token,
  withToken,
} from "../../test/support/opened-dashboard.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeRun } from "../../test/support/written-runs.ts";
import type { Report } from "../index.ts";
import type { Curves, PictureList, Problem, RunDetail, RunList } from "./api.ts";
import { pageFiles } from "./page-files.ts";

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

describe("every route", () => {
  /** Of the application as it is, with names of things that are there. */
  const routes = () =>
    dashboard.app.routes
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
    const api = dashboard.app.routes.filter(({ path }) => path.startsWith("/api/") && path !== "/api/*");
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
      const answer = await dashboard.ask(path, headers, method);
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
        const answer = await dashboard.ask(address, headers, method);
        expect([method, address, answer.status]).toEqual([method, address, 401]);
      }
    }
  });

  test("says that no other page may read or frame it, that scripts come from here, and that pictures are what they are", async () => {
    for (const { method, path } of routes()) {
      const { headers } = await dashboard.ask(path, own, method);
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
    const answer = await dashboard.ask("/api/runs", { ...own, origin: "https://evil.example" }, "OPTIONS");
    expect(answer.status).toBe(403);
  });
});

describe("the page", () => {
  test.each(["/", "/runs/real", "/runs/real/pictures", "/new"])("is the document at %s", async (path) => {
    const answer = await dashboard.ask(path);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await answer.text()).toContain("<title>Runs</title>");
  });

  test("has its files, and names of others lead nowhere", async () => {
    expect(await (await dashboard.ask("/assets/start.js")).text()).toBe("export {};");
    const etag = (await dashboard.ask("/assets/start.js")).headers.get("etag")!;
    expect((await dashboard.ask("/assets/start.js", { ...own, "if-none-match": etag })).status).toBe(304);
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/assets/..%2f..%2fetc%2fpasswd"])
      expect(await (await dashboard.ask(path)).text()).toContain("<title>Runs</title>");
    expect((await dashboard.ask("/api/nothing")).status).toBe(404);
  });

  test("that has not been built is said to be so", async () => {
    await expect(pageFiles(join(folder, "nowhere"))).rejects.toThrow("npm run build");
  });
});

describe("what a page is told of a run", () => {
  const fileOf = (name: string) => JSON.parse(readFileSync(join(runs, "real", name), "utf8"));

  test("is what report.json says, number by number", async () => {
    const detail = await dashboard.got<RunDetail>("runs/real");
    expect(detail.report).toEqual(fileOf("report.json"));
    expect(detail.report).toEqual(report);
    const { accuracy, accuracyInterval, images } = report.validation;
    expect(detail.row).toMatchObject({ accuracy, accuracyInterval, heldOutImages: images, classes: report.classes });
    const { runs: rows } = await dashboard.got<RunList>("runs?search=real");
    expect(rows).toEqual([detail.row]);
  });

  test("has its findings, how it was asked for and what with", async () => {
    const detail = await dashboard.got<RunDetail>("runs/real");
    expect(detail.findings).toEqual(fileOf("audit.json").findings);
    expect(detail.options).toEqual(fileOf("run.json").config);
    expect(detail.command).toMatch(`reinception train ${photos} --strategy feature-extraction --epochs 2 `);
    expect(detail.versions.reinception).toBe(report.version);
    expect(detail.advice).toBeNull();
  });

  test("has the same epochs in its curves as in its report", async () => {
    const { stages } = await dashboard.got<Curves>("runs/real/curves");
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
    const thinned = await dashboard.got<Curves>("runs/written/curves?points=8");
    expect(thinned.stages.map(({ steps }) => steps.length <= 8)).toEqual([true, true]);
  });

  test("counts in its pictures what the confusion matrix counts", async () => {
    const { classes, confusionMatrix } = report.validation;
    for (const [i, truth] of classes.entries())
      for (const [j, said] of classes.entries()) {
        const cell = await dashboard.got<PictureList>(
          `runs/real/pictures?split=validation&class=${truth.name}&said=${said.name}`,
        );
        expect(cell.total).toBe(confusionMatrix[i]![j]);
      }
    const wrong = await dashboard.got<PictureList>("runs/real/pictures?split=validation&only=wrong&limit=1000");
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
      const answer = await dashboard.ask(`/api/runs/${name}/curves`);
      expect([name, answer.status]).toEqual([name, 404]);
    }
  });

  test.each(["points=x", "points=3", "points=-1", "points=1e3"])("is not told for ?%s", async (query) => {
    const answer = await dashboard.ask(`/api/runs/real/curves?${query}`);
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([400, "dashboard/request"]);
  });
});
