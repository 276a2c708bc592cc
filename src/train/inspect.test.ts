import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { embeddedSmall } from "../weights/network-file.ts";
import { inspect } from "./inspect.ts";

describe("a look at a file or folder", () => {
  test("names what is in a file of weights", async () => {
    expect(await inspect({ target: embeddedSmall() })).toMatchObject({
      kind: "weights",
      width: 0.25,
      parameters: 2_583_432,
      format: { size: 80 },
      head: { classes: 200, hidden: [] },
      unused: [],
    });
  });

  test("is a look at the network where there is none", async () => {
    expect(await inspect()).toMatchObject({ kind: "network", width: 1, unfreeze: "50 layers" });
  });

  test("says when there is nothing, or nothing that can be told", async () => {
    const root = await mkdtemp(join(tmpdir(), "reinception-inspect-"));
    await writeFile(join(root, "notes.txt"), "no weights");
    await expect(inspect({ target: join(root, "nothing") })).rejects.toThrow("inspect/not-found");
    await expect(inspect({ target: join(root, "notes.txt") })).rejects.toThrow("weights/other-format");
    await expect(inspect({ target: root })).rejects.toThrow("run/not-a-run");
    await rm(root, { recursive: true });
  });

  test("takes no options about the network beside a file", async () => {
    await expect(inspect({ target: embeddedSmall(), unfreeze: "all" })).rejects.toThrow("options/not-with: --unfreeze");
  });
});
