import { describe, expect, test } from "vitest";
import type { WeightsEntry } from "../index.ts";
import { terminalOf } from "./terminal.ts";
import { weightsListText } from "./weights-list.ts";
import { pulledText } from "./weights-pull.ts";

const { style } = terminalOf({}, {});
const small: WeightsEntry = {
  name: "small",
  title: "the package's own",
  url: null,
  licence: "Apache-2.0",
  top1: null,
  top5: null,
  sizeBytes: 5_500_000,
  state: "embedded",
  path: "/package/small.safetensors",
  sha256: null,
  downloadedAt: null,
};
const imagenet: WeightsEntry = {
  ...small,
  name: "imagenet",
  title: "timm's",
  url: "https://example.org/x",
  top1: 0.80144,
  top5: 0.94982,
  sizeBytes: 171_064_488,
  state: "absent",
  path: "/cache/weights/x.safetensors",
};

describe("the list of weights", () => {
  test("says how good each is, how large, and where it is", () => {
    expect(weightsListText([small, imagenet], style)).toEqual([
      "Name      network                size   top-1   top-5  licence     here",
      "small     the package's own    5.5 MB       -       -  Apache-2.0  yes, in the package",
      "imagenet  timm's             171.1 MB  80.1 %  95.0 %  Apache-2.0  no",
      "",
      "Fetched files lie in /cache/weights. To fetch one, type: reinception weights pull imagenet",
    ]);
  });

  test("tells what is whole from what is not", () => {
    const here = (more: Partial<WeightsEntry>) => weightsListText([{ ...imagenet, ...more }], style)[1]!;
    expect(here({ state: "cached", downloadedAt: "2026-01-31T12:00:00.000Z" })).toMatch(/ yes, since 2026-01-31$/);
    expect(here({ state: "cached" })).toMatch(/ yes$/);
    expect(here({ state: "part" })).toMatch(/ in part$/);
    expect(here({ state: "changed" })).toMatch(/changed since it was fetched$/);
  });
});

test("pulled weights are named as training takes them", () => {
  const pulled = { name: "imagenet", path: "/cache/x", sizeBytes: 171_064_488, sha256: "ab", url: null, etag: null };
  const text = (name: string) => pulledText({ ...pulled, name, downloadedAt: "" }, style);
  expect(text("imagenet")).toEqual([
    "Weights  imagenet, 171.1 MB",
    "SHA-256  ab",
    "File     /cache/x",
    "Next     reinception train photos",
  ]);
  expect(text("imagenet-keras").at(-1)).toBe("Next     reinception train photos --weights imagenet-keras");
});
