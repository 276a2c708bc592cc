import { describe, expect, test } from "vitest";
import { inspect } from "../index.ts";
import { inspectionText } from "./inspect.ts";
import { terminalOf } from "./terminal.ts";

const { style } = terminalOf({}, {});

describe("a look at the network, in words", () => {
  test("says what learns, where, and what runs once", async () => {
    const found = await inspect({ width: 1, unfreeze: "50 layers", classes: 10 });
    expect(inspectionText(found, style)).toEqual([
      "network   Inception-v4, width 1, 299 x 299 pixels, weights random",
      "head      linear, 10 classes",
      "unfreeze  50 layers",
      "",
      "What learns  tensors  parameters",
      "kernels           11   4,939,776",
      "scales            16       4,800",
      "offsets           16       4,800",
      "head               2      15,370",
      "together          45   4,964,746",
      "of 41,158,186 parameters in 449 tensors",
      "",
      "Block     convolutions  batch norms  parameters",
      "mixed_7c             1            6     396,288",
      "mixed_7d            10           10   4,553,088",
      "",
      "runs once  everything up to mixed_7b, 11.7 G multiply-accumulates an image",
      "kept       1536 x 8 x 8, 196.6 kB an image",
      "each step  1.30 G multiply-accumulates an image",
    ]);
  });

  test("says when nothing is kept", async () => {
    const lines = inspectionText(await inspect({ width: 0.25, size: 80, unfreeze: "all" }), style);
    expect(lines).toContain("runs once  nothing: everything runs at each step");
  });
});
