import { describe, expect, test } from "vitest";
import { filesLike, importsOf, productFiles, resolved, type SourceFile, withoutComments } from "./source-files.ts";

/** A folder imports from itself and from lines above; "." are the files directly in src, "index" the public names. */
const order: readonly (readonly string[])[] = [
  ["errors"],
  ["options"],
  ["."],
  ["ir"],
  ["models", "compile", "onnx", "weights", "data", "optimize"],
  ["pretrained"],
  ["runtime"],
  ["head", "retain"],
  ["train"],
  ["advise", "report", "export"],
  ["jobs"],
  ["index"],
  ["http"],
  ["dashboard", "serve"],
  ["cli"],
];

/** Of the lines above, these see only what is listed: they say and show, and take everything else from the public names. */
const only: Readonly<Record<string, readonly string[]>> = {
  http: ["."],
  dashboard: ["index", "report", "http", "."],
  serve: ["index", "report", "http", "."],
  cli: ["index", "dashboard", "serve", "."],
};

/** What would also run in a browser: no `node:` module, no clock, no chance of its own. */
const pure = new Set(["ir", "models", "compile", "onnx", "optimize"]);

/** Of a folder that is not pure as a whole. */
const purePart = /^src\/report\/(?:charts\/|sections\/|markup\.ts$|sentences\.ts$|page)/;

/** Each outside thing has one door. */
const doors: Readonly<Record<string, RegExp>> = {
  hono: /^src\/(?:http|report|serve|dashboard)\//,
  "@hono": /^src\/http\//,
  preact: /^src\/dashboard\/page\//,
  "onnxruntime-node": /^src\/runtime\/session\.ts$/,
  sharp: /^src\/data\/decode\.ts$/,
  yauzl: /^src\/zip\.ts$/,
  h5wasm: /^src\/weights\/hdf5[\w-]*\.ts$/,
  "csv-parse": /^src\/data\/sources\//,
  hyparquet: /^src\/data\/sources\//,
  "hyparquet-compressors": /^src\/data\/sources\//,
  commander: /^src\/cli\//,
};

/** What reaches other machines, as modules and as globals; published weights come in by one file, pages go out by three folders. */
const network = {
  modules: /^node:(?:http|https|http2|net|tls|dgram|dns)(?:\/|$)/,
  globals: /\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|WebTransport)\(/g,
  doors: /^src\/(?:pretrained\/http\.ts|http\/|serve\/|dashboard\/)/,
};

/** Where a file belongs in the order. */
function placeOf(path: string): string {
  const [, first = "", second] = path.split("/");
  if (second !== undefined) return first;
  return first === "index.ts" ? "index" : ".";
}

function rankOf(place: string): number {
  return order.findIndex((line) => line.includes(place));
}

function directionComplaints(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const from = placeOf(file.path);
    if (rankOf(from) < 0) return [`${file.path} is in a folder without a place in the order`];
    return importsOf(file)
      .filter((name) => name.startsWith("."))
      .map((name) => resolved(file.path, name))
      .filter((target) => !mayImport(from, placeOf(target)))
      .map((target) => `${file.path} imports ${target}`);
  });
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  return rankOf(to) >= 0 && rankOf(to) < rankOf(from) && (only[from]?.includes(to) ?? true);
}

function doorComplaints(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((name) => !name.startsWith(".") && !name.startsWith("node:"))
      .filter((name) => !(doors[name.split("/")[0]!]?.test(file.path) ?? false))
      .map((name) => `${file.path} imports ${name}`),
  );
}

function networkComplaints(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => !network.doors.test(path))
    .flatMap((file) =>
      [
        ...importsOf(file).filter((name) => network.modules.test(name)),
        ...[...withoutComments(file.text).matchAll(network.globals)].map(([what]) => what),
      ].map((what) => `${file.path} reaches the network by ${what}`),
    );
}

/** The page of the web export stands alone in a user's folder, where nothing else of this program is. */
function pageComplaints(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((name) => !/^\.\/[\w-]+\.js$/.test(name))
      .map((name) => `${file.path} imports ${name}`),
  );
}

const impure = /\b(?:Math\.random|Date\.now|new Date|performance\.now|process\.|Buffer\b|setTimeout|setInterval)/g;

function purityComplaints(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => pure.has(placeOf(path)) || purePart.test(path))
    .flatMap((file) =>
      [
        ...importsOf(file).filter((name) => name.startsWith("node:") || resolved(file.path, name) === "src/clock.ts"),
        ...[...withoutComments(file.text).matchAll(impure)].map(([what]) => what),
      ].map((what) => `${file.path} uses ${what}`),
    );
}

function chanceComplaints(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const code = withoutComments(text);
    const complaints = /\bMath\.random\b/.test(code) ? [`${path} draws chance that no seed repeats`] : [];
    const clock = /\b(?:Date\.now\b|new Date\(\)|performance\.now\b|hrtime\b)/.test(code) && path !== "src/clock.ts";
    return clock ? [...complaints, `${path} reads a clock of its own`] : complaints;
  });
}

describe("a file imports from its own folder and from lines above", () => {
  test("in src", () => expect(directionComplaints(productFiles())).toEqual([]));

  test.each([
    ["src/ir/graph.ts", "../compile/program.ts"],
    ["src/compile/program.ts", "../onnx/write.ts"],
    ["src/optimize/sgd.ts", "../models/card.ts"],
    ["src/train/run.ts", "../report/charts.ts"],
    ["src/train/run.ts", "../index.ts"],
    ["src/export/export.ts", "../jobs/job.ts"],
    ["src/serve/server.ts", "../train/run.ts"],
    ["src/cli/main.ts", "../train/run.ts"],
    ["src/dashboard/page/run/run-page.tsx", "../../../train/run.ts"],
    ["src/errors.ts", "./ir/graph.ts"],
    ["src/misplaced/file.ts", "./other.ts"],
  ])("%s may not import %s", (path, name) => {
    expect(directionComplaints([{ path, text: `import { x } from "${name}";` }])).toHaveLength(1);
  });

  test.each([
    ["src/train/run.ts", "../ir/graph.ts"],
    ["src/train/run.ts", "./stage.ts"],
    ["src/index.ts", "./report/html.ts"],
    ["src/jobs/jobs.ts", "../export/export.ts"],
    ["src/cli/main.ts", "../index.ts"],
    ["src/cli/main.ts", "../options.ts"],
    ["src/options.ts", "./errors.ts"],
  ])("%s may import %s", (path, name) => {
    expect(directionComplaints([{ path, text: `import { x } from "${name}";` }])).toEqual([]);
  });

  test.each([
    'import type { A } from "../train/run.ts";',
    'import "../train/run.ts";',
    'export { a } from "../train/run.ts";',
    'export * from "../train/run.ts";',
    'import {\n  a,\n  type B,\n} from "../train/run.ts";',
    'const a = await import("../train/run.ts");',
  ])("however it is written: %j", (text) => {
    expect(directionComplaints([{ path: "src/ir/graph.ts", text }])).toEqual([
      "src/ir/graph.ts imports src/train/run.ts",
    ]);
  });
});

describe("each outside thing has one door", () => {
  test("in src", () => expect(doorComplaints(productFiles())).toEqual([]));

  test.each([
    ["src/train/run.ts", "onnxruntime-node"],
    ["src/data/resize.ts", "sharp"],
    ["src/index.ts", "commander"],
    ["src/data/decode.ts", "left-pad"],
    ["src/data/decode.ts", "fs"],
  ])("%s may not import %s", (path, name) => {
    expect(doorComplaints([{ path, text: `import { x } from "${name}";` }])).toEqual([`${path} imports ${name}`]);
  });

  test("the door itself may", () => {
    expect(doorComplaints([{ path: "src/data/decode.ts", text: 'import sharp from "sharp";' }])).toEqual([]);
  });
});

describe("the network has one door", () => {
  test("in src", () => expect(networkComplaints(productFiles())).toEqual([]));

  test("and that door is in use", () => {
    const opened = productFiles().map((file) => ({ ...file, path: file.path.replace("http.ts", "other.ts") }));
    expect(networkComplaints(opened).length).toBeGreaterThan(0);
  });

  test.each([
    'import { get } from "node:https";',
    'import { connect } from "node:net";',
    'import { lookup } from "node:dns/promises";',
    'const { request } = await import("node:http");',
    "const page = await fetch(address);",
    "const line = new WebSocket(address);",
  ])("%s is refused elsewhere", (text) => {
    expect(networkComplaints([{ path: "src/train/run.ts", text }])).toHaveLength(1);
    expect(networkComplaints([{ path: "src/serve/server.ts", text }])).toEqual([]);
  });
});

describe("the page of the web export imports nothing but its own files", () => {
  const page = filesLike(/^src\/export\/web-page\/.*\.js$/);

  test("in src", () => {
    expect(page.length).toBeGreaterThan(5);
    expect(pageComplaints(page)).toEqual([]);
  });

  test.each(['import { x } from "onnxruntime-web";', 'import { x } from "../web.ts";', 'await import("./web.ts");'])(
    "not %s",
    (text) => {
      expect(pageComplaints([{ path: "src/export/web-page/page/start.js", text }])).toHaveLength(1);
      expect(pageComplaints([{ path: "src/export/web-page/page/a.js", text: 'import "./b.js";' }])).toEqual([]);
    },
  );
});

describe("what is pure would run in a browser", () => {
  test("in src", () => expect(purityComplaints(productFiles())).toEqual([]));

  test.each([
    ['import { readFileSync } from "node:fs";', "node:fs"],
    ['import { now } from "../clock.ts";', "../clock.ts"],
    ["const now = Date.now();", "Date.now"],
    ["const start = performance.now();", "performance.now"],
    ["const r = Math.random();", "Math.random"],
    ["const b = Buffer.from(x);", "Buffer"],
    ["if (process.env.DEBUG) print();", "process."],
  ])("%s is refused there", (text, what) => {
    expect(purityComplaints([{ path: "src/optimize/sgd.ts", text }])).toEqual([`src/optimize/sgd.ts uses ${what}`]);
  });

  test("charts are among it, what draws pictures is not", () => {
    const text = 'import { join } from "node:path";';
    expect(purityComplaints([{ path: "src/report/charts/bars.ts", text }])).toHaveLength(1);
    expect(purityComplaints([{ path: "src/report/draw-pictures.ts", text }])).toEqual([]);
  });

  test("what a comment says does not count", () => {
    expect(
      purityComplaints([{ path: "src/ir/ops.ts", text: "// never Math.random()\n/** nor Date.now() */" }]),
    ).toEqual([]);
  });
});

describe("chance comes from random.ts and time from clock.ts", () => {
  test("in src", () => expect(chanceComplaints(productFiles())).toEqual([]));

  test.each(["Math.random()", "Date.now()", "performance.now()", "new Date()", "process.hrtime.bigint()"])(
    "not from %s",
    (text) => {
      expect(chanceComplaints([{ path: "src/train/run.ts", text: `const x = ${text};` }])).toHaveLength(1);
    },
  );
});
