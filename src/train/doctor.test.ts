import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { embeddedSmall } from "../weights/network-file.ts";
import { checkCache, checkImagenet, checkMemory, checkNode, checkPlatform, checkWeights, doctor } from "./doctor.ts";

describe("doctor", () => {
  test("wants Node.js 20.9 or later", () => {
    expect(["20.9.0", "20.20.2", "22.0.0", "100.1.0"].filter((version) => !checkNode(version).ok)).toEqual([]);
    expect(["20.8.1", "18.20.0"].filter((version) => checkNode(version).ok)).toEqual([]);
  });

  test("knows where the engine runs", () => {
    expect(checkPlatform("linux", "x64")).toMatchObject({ ok: true, fix: null });
    expect(checkPlatform("darwin", "x64").fix).toContain("darwin arm64");
  });

  test("wants a gigabyte of memory", () => {
    expect(checkMemory(8e9).ok).toBe(true);
    expect(checkMemory(5e8)).toMatchObject({ ok: false, found: "0.5 GB for this process" });
  });

  test("tries the cache and leaves nothing behind", async () => {
    const root = await mkdtemp(join(tmpdir(), "reinception-doctor-"));
    const { found } = await checkCache(join(root, "cache"));
    expect(found).toContain(join(root, "cache"));
    expect(await readdir(join(root, "cache"))).toEqual([]);
    await writeFile(join(root, "file"), "");
    const inFile = await checkCache(join(root, "file", "cache"));
    expect(inFile.ok).toBe(false);
    expect(inFile.fix).toContain("REINCEPTION_CACHE");
    await rm(root, { recursive: true });
  });

  test("reads the package's own network", async () => {
    expect(await checkWeights(embeddedSmall())).toMatchObject({ ok: true });
    expect(await checkWeights(join(tmpdir(), "nothing.safetensors"))).toMatchObject({ ok: false });
  });

  test("says whether the published network is in the cache, and does not fetch it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "reinception-doctor-"));
    expect(await checkImagenet(folder)).toEqual({
      name: "imagenet",
      ok: true,
      found: "not fetched yet; a run fetches 171 MB from huggingface.co",
      fix: null,
    });
    expect(await readdir(folder)).toEqual([]);
    const path = join(folder, "inception_v4.tf_in1k.safetensors");
    await copyFile(embeddedSmall(), path);
    expect(await checkImagenet(folder)).toMatchObject({ ok: true, found: `unchanged in ${path}` });
    await writeFile(path, "changed");
    expect(await checkImagenet(folder)).toMatchObject({
      ok: false,
      found: expect.stringContaining("7 bytes") as string,
    });
    await rm(folder, { recursive: true });
  });

  test("finds engine and decoder at work, in processes of their own", async () => {
    const { checks } = await doctor();
    const byName = Object.fromEntries(checks.map((check) => [check.name, check]));
    expect(byName.engine).toMatchObject({ ok: true, found: expect.stringContaining("onnxruntime") });
    expect(byName.pictures).toMatchObject({ ok: true, found: expect.stringContaining("sharp") });
  });
});
