import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { drawPhotos } from "../../test/support/drawn-photos.ts";
import { type OpenedDashboard, openDashboard, thin, thinTyped } from "../../test/support/opened-dashboard.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { featureExtraction, retrain } from "../index.ts";
import type { Curves, FolderList, RunList, RunRow } from "./api.ts";

const folder = temporaryFolder();
const runs = join(folder, "runs");
const photos = join(folder, "photos");
let dashboard: OpenedDashboard;

beforeAll(async () => {
  await drawPhotos({ folder: photos, classes: ["checks", "discs", "stripes"], each: 12, size: 80, seed: 4, noise: 60 });
  dashboard = await openDashboard(runs, [folder]);
  return () => dashboard.close();
});

describe("a new run", () => {
  const options = { ...thinTyped, strategy: "feature-extraction" };

  test("is started, watched, stopped and let go on from the page", async () => {
    const begun = await dashboard.changed<RunRow>("runs", {
      data: photos,
      name: "begun",
      options: { ...options, epochs: "100000" },
    });
    expect(begun).toMatchObject({ status: 201, said: { name: "begun", state: "running" } });
    expect((await dashboard.changed("runs", { data: photos, name: "begun", options })).said.code).toBe(
      "dashboard/name-taken",
    );
    // before its process has made its folder there is nothing to be seen, but that is no reason to say that it is not there
    expect((await dashboard.got<Curves>("runs/begun/curves")).stages).toEqual([]);
    const learning = await dashboard.until("begun", ({ progress }) => /^epoch/.test(progress?.doing ?? ""));
    expect(learning.progress?.share).toBeGreaterThan(0);

    const stopped = await dashboard.changed<RunRow>("runs/begun/stop");
    expect(stopped.said.progress?.doing).toBe("ends after this step");
    expect(await dashboard.until("begun", ({ state }) => state !== "running")).toMatchObject({
      state: "stopped",
      hasModel: true,
    });
    expect((await dashboard.changed("runs/begun/stop")).said.code).toBe("run/not-running");

    expect((await dashboard.changed<RunRow>("runs/begun/resume")).said.state).toBe("running");
    expect((await dashboard.changed("runs/begun/resume")).status).toBe(409);
    await dashboard.changed("runs/begun/stop");
    await dashboard.until("begun", ({ state }) => state === "stopped");
  });

  test("that cannot be is refused at once, or says why it ended", async () => {
    const wrong = await dashboard.changed("runs", { data: photos, options: { epochs: "many" } });
    expect([wrong.status, wrong.said.code]).toEqual([400, "options/value"]);
    const unknown = await dashboard.changed("runs", { data: photos, options: { epoch: "1" } });
    expect([unknown.status, unknown.said.code]).toEqual([400, "options/unknown"]);
    const { said } = await dashboard.changed<RunRow>("runs", {
      data: join(photos, "discs"),
      name: "one-class",
      options,
    });
    expect(said.state).toBe("running");
    const ended = await dashboard.until("one-class", ({ state }) => state !== "running");
    expect(ended).toMatchObject({ state: "stopped", problem: { code: expect.stringMatching(/^data\//) } });
    expect((await dashboard.got<RunList>("runs")).runs.map(({ name }) => name)).toContain("one-class");
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
      const { said } = await dashboard.changed(path, body);
      expect(said.code).toBe(code);
    }
  });
});

test("a run that was started elsewhere is stopped from the page as one of its own", async () => {
  const out = join(runs, "elsewhere");
  const job = retrain({ ...thin, data: photos, out, strategy: featureExtraction({ epochs: 100_000 }) });
  const seen = (async () => {
    for await (const event of job) if (event.type === "step") return;
  })();
  await seen;
  expect((await dashboard.changed("runs/elsewhere/resume")).said.code).toBe("run/in-use");
  expect((await dashboard.changed<RunRow>("runs/elsewhere/stop")).status).toBe(200);
  expect((await job.result).stopped).toBe(true);
  expect(await dashboard.until("elsewhere", ({ state }) => state !== "running")).toMatchObject({ state: "stopped" });
});

test("advice is looked for in a run of its own, without a model, until it is stopped", async () => {
  const { weights, width, size, threads } = thinTyped;
  const options = { weights, width, size, threads, budget: "1h" };
  const { status, said } = await dashboard.changed<RunRow>("advices", { data: photos, name: "proposal", options });
  expect([status, said.state]).toEqual([201, "running"]);
  await dashboard.until("proposal", ({ progress }) => /several depths|^trial/.test(progress?.doing ?? ""));
  await dashboard.changed("runs/proposal/stop");
  const ended = await dashboard.until("proposal", ({ state }) => state !== "running");
  expect(ended).toMatchObject({ hasModel: false });
  expect(ended.problem).toBeUndefined();
});

describe("photos before there is a run", () => {
  test("are chosen from the configured folders, and audited", async () => {
    const { folders } = await dashboard.got<FolderList>(`folders?path=${encodeURIComponent(folder)}`);
    expect(folders.find(({ name }) => name === "photos")?.pictures).toBe(36);
    expect((await dashboard.ask("/api/folders?path=/etc")).status).toBe(403);
    const { said } = await dashboard.changed<{ audit: { pictures: number } }>("audits", { data: photos });
    expect(said.audit.pictures).toBe(36);
    expect((await dashboard.changed("audits", { data: "/etc" })).status).toBe(403);
  });
});
