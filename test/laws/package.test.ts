import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** All that a user's machine gets besides this package. */
const allowed = [
  "@hono/node-server",
  "commander",
  "csv-parse",
  "h5wasm",
  "hono",
  "hyparquet",
  "hyparquet-compressors",
  "onnxruntime-node",
  "sharp",
  "yauzl",
];

function dependencyComplaints({ dependencies, optionalDependencies, peerDependencies }: Manifest): readonly string[] {
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return names.filter((name) => !allowed.includes(name)).map((name) => `${name} is not an allowed dependency`);
}

function versionComplaints({ dependencies, devDependencies }: Manifest): readonly string[] {
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name} has the version ${version}, which is not exact`);
}

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;

describe("the package", () => {
  test("depends on nothing else", () => expect(dependencyComplaints(manifest)).toEqual([]));

  test("names exact versions", () => expect(versionComplaints(manifest)).toEqual([]));
});

test("one dependency more is noticed", () => {
  expect(dependencyComplaints({ dependencies: { sharp: "0.35.5", express: "5.0.0" } })).toHaveLength(1);
  expect(dependencyComplaints({ optionalDependencies: { express: "5.0.0" } })).toHaveLength(1);
});

test.each(["^1.2.3", "~1.2.3", "*", "latest", "1.x", "github:a/b"])("the version %s is noticed", (version) => {
  expect(versionComplaints({ devDependencies: { vitest: version } })).toHaveLength(1);
});
