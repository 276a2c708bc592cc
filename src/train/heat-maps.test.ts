import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finishedModel, writeFinishedRun } from "../../test/support/finished-run.ts";
import { toFloat16 } from "../onnx/to-float16.ts";
import { writeModel } from "../onnx/write.ts";
import { stream } from "../random.ts";
import { heatMapsOf, openHeatMaps } from "./heat-maps.ts";
import { networkIn, readModelFile, withCard, withNetwork } from "./model-file.ts";

let run: string;
beforeAll(async () => {
  run = await mkdtemp(join(tmpdir(), "heat-"));
  await writeFinishedRun(run);
});
afterAll(() => rm(run, { recursive: true }));

function viewOf(size: number, seed: number): Uint8Array {
  const random = stream(seed, "view");
  return new Uint8Array(size * size * 3).map(() => 256 * random());
}

describe("the heat maps of a finished run", () => {
  test("are those of the network that it was written from, by its folder and by its file", async () => {
    const { network, parameters } = finishedModel();
    const view = viewOf(75, 1);
    const direct = await heatMapsOf(network, parameters, { threads: 1 });
    const wanted = await direct.maps(view, [2]);
    await direct.close();
    for (const path of [run, join(run, "model.onnx")]) {
      const heat = await openHeatMaps(path, { threads: 1 });
      expect(await heat.maps(view, [2])).toEqual(wanted);
      expect(heat.card.classes).toEqual(["ant", "bee", "cicada"]);
      await heat.close();
    }
  });

  test("are of the last block whose maps have a place in them, and each picture has its own", async () => {
    const heat = await openHeatMaps(run, { threads: 1 }); // of 75 pixels one cell is left behind mixed_7a
    expect([heat.block, heat.rows, heat.columns]).toEqual(["mixed_6h", 3, 3]);
    const [first, second] = [viewOf(75, 1), viewOf(75, 2)];
    const both = await heat.maps(Uint8Array.from([...first, ...second]), [0, 1]);
    expect(both).toEqual([...(await heat.maps(first, [0])), ...(await heat.maps(second, [1]))]);
    for (const map of both) {
      expect(map).toHaveLength(9);
      expect([0, 1]).toContain(Math.max(...map));
      expect(Math.min(...map)).toBeGreaterThanOrEqual(0);
    }
    await heat.close();
  });

  test("may be of a block that is named; one that the model has not is refused", async () => {
    const heat = await openHeatMaps(run, { threads: 1, block: "mixed_5e" });
    expect([heat.block, heat.rows, heat.columns]).toEqual(["mixed_5e", 7, 7]);
    await heat.close();
    await expect(openHeatMaps(run, { threads: 1, block: "mixed_9z" })).rejects.toMatchObject({
      code: "model/no-block",
    });
  });

  test("need the parameters as they were learnt, which a model in half precision has not", async () => {
    const model = readModelFile("model.onnx", finishedModel().bytes);
    const half = withNetwork(model, toFloat16(networkIn(model)));
    const path = join(run, "half.onnx");
    await writeFile(path, writeModel(withCard(half.model, half.card)));
    await expect(openHeatMaps(path, { threads: 1 })).rejects.toMatchObject({ code: "model/no-parameters" });
  });
});
