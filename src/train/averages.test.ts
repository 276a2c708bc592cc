import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openAverages } from "./averages.ts";
import type { Parameters } from "./stepper.ts";

const moving = (): Parameters =>
  new Map([
    ["head.weight", Float32Array.of(1, -2)],
    ["block.bn.running_mean", Float32Array.of(4)],
  ]);
const copyOf = (parameters: Parameters) => new Map([...parameters].map(([name, values]) => [name, values.slice()]));
const fill = (parameters: Parameters, value: number) => {
  for (const values of parameters.values()) values.fill(value);
};

describe("averages", () => {
  test("begin with the parameters after the first step, as Keras', and follow everything that moves", () => {
    const parameters = moving();
    const averages = openAverages(parameters, 0.75, undefined);
    for (const value of [8, 12, 0]) {
      fill(parameters, value);
      averages.follow();
    }
    expect([...averages.shown].map(([name, values]) => [name, [...values]])).toEqual([
      ["head.weight", [6.75, 6.75]], // 0.75 (0.75 · 8 + 0.25 · 12) + 0.25 · 0
      ["block.bn.running_mean", [6.75]],
    ]);
  });

  test("stand in the parameters' own arrays while they are judged, and leave them as they were to the last bit", async () => {
    const parameters = moving();
    const arrays = [...parameters.values()];
    const averages = openAverages(parameters, 0.5, undefined);
    averages.follow();
    fill(parameters, 0.1);
    averages.follow();
    const [learning, shown] = [copyOf(parameters), copyOf(averages.shown)];
    expect(shown).not.toEqual(learning);
    expect(await averages.judged(async () => copyOf(parameters))).toEqual(shown);
    await expect(averages.judged(() => Promise.reject(new Error("no more")))).rejects.toThrow("no more");
    expect(parameters).toEqual(learning);
    expect(averages.shown).toEqual(shown);
    expect([...parameters.values()].every((array, i) => array === arrays[i])).toBe(true);
  });

  test("go on from what was kept as if they had not been interrupted", () => {
    const values = fc.array(fc.float({ noNaN: true, min: -9, max: 9 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, fc.nat(12), (steps, at) => {
        const [whole, parts] = [moving(), moving()];
        const calm = openAverages(whole, 0.9, undefined);
        let averages = openAverages(parts, 0.9, undefined);
        for (const [step, value] of steps.entries()) {
          fill(whole, value);
          fill(parts, value);
          if (step > 0 && step === at)
            averages = openAverages(parts, 0.9, { updates: step, averages: copyOf(averages.state) });
          calm.follow();
          averages.follow();
        }
        expect(averages.shown).toEqual(calm.shown);
      }),
    );
  });

  test("are none where no share is given: the parameters themselves are judged, and nothing has to be kept", async () => {
    const parameters = moving();
    const averages = openAverages(parameters, null, undefined);
    averages.follow();
    expect(averages.shown).toBe(parameters);
    expect(averages.state.size).toBe(0);
    expect(await averages.judged(async () => "seen")).toBe("seen");
    expect(parameters).toEqual(moving());
  });
});
