import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { options } from "../options.ts";
import { addressOf, publishedFile, publishedFiles, resolveMirror, shown } from "./published.ts";

const folder = resolve("/home/user");
const imagenet = publishedFile("imagenet");
const keras = publishedFile("imagenet-keras");

describe("the published files", () => {
  test("have names, files and places of their own, and nothing is fetched without encryption", () => {
    for (const key of ["name", "url", "fileName", "mirrorPath"] as const)
      expect(new Set(publishedFiles.map((file) => file[key])).size).toBe(publishedFiles.length);
    expect(publishedFiles.filter(({ url }) => !url.startsWith("https://"))).toEqual([]);
    expect(publishedFiles.filter(({ name }) => !/^imagenet(?:-[a-z]+)*$/.test(name))).toEqual([]);
  });

  test("have checksums as long as their kind, or a beginning of one", () => {
    for (const { checksum } of publishedFiles)
      if (checksum !== null) expect(checksum.begins).toMatch(/^[0-9a-f]{8}$|^[0-9a-f]{32}$|^[0-9a-f]{64}$/);
  });

  test("hold the one that training starts from", () => expect(publishedFile(options.weights.default)).toBe(imagenet));

  test("are found by name, and what is meant is said", () => {
    expect(() => publishedFile("imagent")).toThrow('no published weights "imagent"; "imagenet" comes nearest');
  });
});

describe("the address of a file", () => {
  test("is its publisher's without a mirror", () => {
    expect(addressOf(imagenet, undefined).href).toBe(
      "https://huggingface.co/timm/inception_v4.tf_in1k/resolve/main/model.safetensors",
    );
  });

  test.each(["https://hub.example.org", "https://hub.example.org/"])("at %s is the hub's path", (mirror) => {
    expect(addressOf(imagenet, resolveMirror(mirror, folder)).href).toBe(
      "https://hub.example.org/timm/inception_v4.tf_in1k/resolve/main/model.safetensors",
    );
  });

  test("keeps the path of a mirror's base", () => {
    const { href } = addressOf(keras, resolveMirror("https://me:word@example.org/a/b", folder));
    expect(href).toBe(`https://me:word@example.org/a/b/${keras.fileName}`);
  });

  test("in a folder has the name that the cache gives it", () => {
    const expected = pathToFileURL(join(folder, "weights", imagenet.fileName)).href;
    expect(addressOf(imagenet, resolveMirror("weights", folder)).href).toBe(expected);
    expect(addressOf(imagenet, resolveMirror(join(folder, "weights"), "/")).href).toBe(expected);
    expect(addressOf(imagenet, resolveMirror(pathToFileURL(join(folder, "weights")).href, "/")).href).toBe(expected);
  });

  test.each(["ftp://example.org", "https://"])("is none at %s", (mirror) => {
    expect(() => resolveMirror(mirror, folder, "REINCEPTION_WEIGHTS_MIRROR")).toThrow(
      `options/value: REINCEPTION_WEIGHTS_MIRROR is "${mirror}"`,
    );
  });

  test("is shown without its password", () => {
    expect(shown(new URL("https://me:word@example.org/a"))).toBe("https://example.org/a");
  });
});
