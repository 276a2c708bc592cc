import { describe, expect, test } from "vitest";
import { readFixture } from "../support/fixture.ts";
import { enginesFor, float64 } from "./engine.ts";
import { judged } from "./judged.ts";
import { checkFullWidth } from "./keras-counts.ts";
import type { KerasProgram, KerasProgramsFixture } from "./keras-fixture.ts";
import { checkKerasProgram } from "./keras-programs.ts";
import { widthOf } from "./settings.ts";

const fixture = readFixture<KerasProgramsFixture>("keras-programs");
const runs = fixture.programs.flatMap((program) =>
  enginesFor(widthOf(program.width)).map((engine) => ({ id: program.id, program, engine })),
);
const programOf = (id: string): KerasProgram => fixture.programs.find((program) => program.id === id)!;

describe("fine-tuning, feature extraction and hybrid are what Keras makes of them", () => {
  test.each(runs)("program $id in $engine.name", async ({ program, engine }) => {
    const { compared, over } = await judged(checkKerasProgram(fixture, program, engine));
    expect(over).toEqual([]);
    expect(compared).toBeGreaterThan(60);
  });

  test("at full width as much learns as Keras counts", async () => {
    expect(await judged(checkFullWidth(fixture))).toEqual({ compared: fixture.fullWidth.counts.length, over: [] });
  });

  test("another momentum of the moving statistics shows in them and in what is judged with them, and nowhere else", async () => {
    const { over } = await judged(checkKerasProgram(fixture, { ...programOf("a"), bnMomentum: 0.99 }, float64));
    expect(over.some((line) => line.includes("moving_mean"))).toBe(true);
    expect(over.some((line) => line.includes("val_loss"))).toBe(true);
    expect(over.filter((line) => /kernel|beta|losses of batches/.test(line))).toEqual([]);
  });

  test("a penalty that Keras did not have shows in the losses", async () => {
    const { over } = await judged(checkKerasProgram(fixture, { ...programOf("a"), l2: 4e-5 }, float64));
    expect(over.some((line) => line.includes("epoch 1: losses of batches"))).toBe(true);
  });

  test("a stage, a base or an optimizer which is not known is not covered", async () => {
    const program = programOf("b");
    const [stage] = program.stages;
    const others = [
      { ...program, stages: [{ ...stage!, base: "first" }] },
      { ...program, stages: [{ ...stage!, optimizer: { type: "lion" } }] },
      { ...program, baseCalledWithTrainingFalse: "partly" },
    ];
    for (const other of others) {
      const { over } = await judged(checkKerasProgram(fixture, other, float64));
      expect(over.at(-1)).toMatch(/^not covered: /);
    }
  });
});
