import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkOptimizers, type OptimizersFixture } from "../../test/parity/optimizers.ts";
import { readFixture } from "../../test/support/fixture.ts";
import { defineOptimizer, newState, type OptimizerChoice, stateSlots, update } from "./optimizers.ts";

const fixture = readFixture("optimizers") as OptimizersFixture;

describe("optimizers, schedules and early stopping do what their library did", () => {
  const findings = checkOptimizers(fixture);

  test("all of the fixture is measured", () => {
    expect(findings).toHaveLength(2 * 41 + 20 + 4);
  });

  test.each(findings)("$id", ({ error, tolerance, reason }) => {
    expect(reason).toBeUndefined();
    expect(error).toBeLessThanOrEqual(tolerance);
  });
});

describe("the comparison with a library", () => {
  const [first] = fixture.cases;
  const errorsOf = (changes: object) =>
    checkOptimizers({ ...fixture, cases: [{ ...first!, ...changes }], schedules: [], earlyStopping: [] });

  test("does not pass over an optimizer that it does not know", () => {
    expect(errorsOf({ optimizer: "Lion" })[0]).toMatchObject({ error: Number.POSITIVE_INFINITY });
  });

  test("does not pass over an argument that it does not know", () => {
    const [finding] = errorsOf({ config: { lr: 0.01, maximize: true } });
    expect(finding).toMatchObject({ error: Number.POSITIVE_INFINITY });
    expect(finding!.reason).toContain("maximize");
  });

  test("sees a default that is not the library's", () => {
    expect(errorsOf({ resolved: { lr: 0.01, momentum: 0.5 } })[0]!.error).toBe(Number.POSITIVE_INFINITY);
  });

  test("sees a difference of 1e-11 in the last step", () => {
    const parameters = first!.parameters.map((row) => [...row]);
    parameters.at(-1)![6]! += 1e-11;
    expect(errorsOf({ parameters })[0]!.error).toBeGreaterThan(1e-12);
  });
});

// Three steps at 0.1 from [1, -2, 0.5], computed by hand in float64 from each library's definition.
describe("hand-computed vectors", () => {
  const golden: readonly [OptimizerChoice, readonly number[], (readonly number[])?][] = [
    [{ name: "sgd", momentum: 0.9 }, [0.9269, -1.9848, 0.5277]],
    [{ name: "sgd", definition: "keras", momentum: 0.9 }, [0.9269, -1.9848, 0.5277]],
    [{ name: "sgd", momentum: 0.9, nesterov: true }, [0.91421, -1.99632, 0.54993]],
    [{ name: "sgd", definition: "keras", momentum: 0.9, nesterov: true }, [0.91421, -1.99632, 0.54993]],
    [{ name: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.01 }, [0.9064222126, -1.9804195251, 0.5460045848]],
    [
      { name: "sgd", definition: "keras", momentum: 0.9, nesterov: true, weightDecay: 0.01 },
      [0.91133508, -1.99039916, 0.5484557425],
    ],
    [{ name: "adam" }, [0.7938915338, -1.9006359802, 0.4600807856], [0.90000001, -1.900000005, 0.4000000033]],
    [
      { name: "adam", definition: "keras" },
      [0.7938954703, -1.9006376455, 0.4600815547],
      [0.9000031622, -1.9000015811, 0.4000010541],
    ],
    [
      { name: "adam", epsilon: 1e-3 },
      [0.7952436669, -1.9011443624, 0.4602757186],
      [0.900990099, -1.9004975124, 0.4003322259],
    ],
    [
      { name: "adam", definition: "keras", epsilon: 1e-3 },
      [0.8252489322, -1.9149881869, 0.4669138512],
      [0.9240253073, -1.9136527059, 0.4095357674],
    ],
    [{ name: "adamw" }, [0.7911828704, -1.8948685119, 0.4587455747]],
    [{ name: "adamw", definition: "keras" }, [0.7928113065, -1.8983292414, 0.4595471337]],
    [{ name: "rmsprop", decay: 0.9, momentum: 0.9 }, [-0.2487848551, -1.6448380897, 0.1608611916]],
    [{ name: "rmsprop", definition: "keras", momentum: 0.9 }, [-0.2487409816, -1.6448443255, 0.1608653026]],
    [
      { name: "rmsprop", definition: "tensorflow1", epsilon: 1, momentum: 0.9 },
      [0.9467734015, -1.9899996264, 0.5211203684],
      [0.9927471459, -1.9855057241, 0.4782870771],
    ],
    [{ name: "rmsprop", definition: "keras", epsilon: 1, momentum: 0.9 }, [0.9271910266, -1.9847836197, 0.5257268527]],
    [{ name: "rmsprop", decay: 0.9, epsilon: 1, momentum: 0.9 }, [0.9324347089, -1.9851620995, 0.5157921839]],
  ];

  test.each(golden)("%o", (choice, last, first) => {
    for (const [Numbers, tolerance] of [
      [Float64Array, 1e-9],
      [Float32Array, 1e-6],
    ] as const) {
      const steps = run(choice, Numbers);
      for (const [i, value] of last.entries()) expect(Math.abs(steps[2]![i]! - value)).toBeLessThan(tolerance);
      for (const [i, value] of (first ?? []).entries()) expect(Math.abs(steps[0]![i]! - value)).toBeLessThan(tolerance);
    }
  });

  test("Keras's own: RMSprop at 0.5, and a decay that acts alone", () => {
    const parameter = Float64Array.of(1, 2, 3, 4);
    const optimizer = defineOptimizer({ name: "rmsprop", definition: "keras" });
    const state = newState(optimizer, parameter);
    update(optimizer, { parameter, gradient: Float64Array.of(1, 6, 7, 2), state, learningRate: 0.5, step: 1 });
    for (const [i, value] of [-0.5811, 0.4189, 1.4189, 2.4189].entries()) expect(parameter[i]).toBeCloseTo(value, 4);

    const decaying = defineOptimizer({ name: "sgd", definition: "keras", weightDecay: 0.004 });
    const two = Float64Array.of(2);
    for (const step of [1, 2, 3])
      update(decaying, { parameter: two, gradient: Float64Array.of(0), state: {}, learningRate: 1, step });
    expect(two[0]).toBeCloseTo(1.9760959, 7);
  });

  function run(choice: OptimizerChoice, Numbers: Float64ArrayConstructor | Float32ArrayConstructor): number[][] {
    const parameter = Numbers.of(1, -2, 0.5);
    const optimizer = defineOptimizer(choice);
    const state = newState(optimizer, parameter);
    const gradients = [
      [0.1, -0.2, 0.3],
      [0.4, 0.1, -0.6],
      [-0.3, 0.2, 0.05],
    ];
    return gradients.map((row, i) => {
      update(optimizer, { parameter, gradient: Numbers.from(row), state, learningRate: 0.1, step: i + 1 });
      return [...parameter];
    });
  }
});

const anyOptimizer: fc.Arbitrary<OptimizerChoice> = fc.oneof(
  fc.record({
    name: fc.constant("sgd" as const),
    definition: fc.constantFrom("pytorch" as const, "keras" as const),
    momentum: fc.constantFrom(0, 0.9),
    weightDecay: fc.constantFrom(0, 0.1),
  }),
  fc.record({
    name: fc.constant("rmsprop" as const),
    definition: fc.constantFrom("pytorch" as const, "keras" as const, "tensorflow1" as const),
    momentum: fc.constantFrom(0, 0.9),
    centered: fc.boolean(),
    weightDecay: fc.constantFrom(0, 0.1),
  }),
  fc.record({
    name: fc.constantFrom("adam" as const, "adamw" as const),
    definition: fc.constantFrom("pytorch" as const, "keras" as const),
    amsgrad: fc.boolean(),
    weightDecay: fc.constantFrom(0, 0.1),
  }),
);
/** Multiples of 1/128, which float32 holds exactly, and their halves too. */
const number = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 128 + 0);
const numbers = fc.array(number, { minLength: 2, maxLength: 20 });

/** Parameters after steps with these gradients. */
function train(choice: OptimizerChoice, initial: readonly number[], steps: readonly (readonly number[])[], rest = {}) {
  const optimizer = defineOptimizer(choice);
  const parameter = Float32Array.from(initial);
  const state = newState(optimizer, parameter);
  for (const [i, row] of steps.entries())
    update(optimizer, { parameter, gradient: Float32Array.from(row), state, learningRate: 0.01, step: i + 1, ...rest });
  return [...parameter];
}

describe("for every optimizer", () => {
  test("a learning rate of 0 changes nothing, not even by weight decay", () => {
    fc.assert(
      fc.property(anyOptimizer, numbers, (choice, values) => {
        expect(train(choice, values, [values, values], { learningRate: 0 })).toEqual(values);
      }),
    );
  });

  test("a tensor in two pieces learns what it learns whole", () => {
    fc.assert(
      fc.property(anyOptimizer, numbers, fc.nat(), (choice, values, cut) => {
        const at = cut % values.length;
        const steps = [values.map((value) => value / 3), values.map((value) => 1 - value), values];
        const piece = (from: number, to?: number) =>
          train(
            choice,
            values.slice(from, to),
            steps.map((row) => row.slice(from, to)),
          );
        expect([...piece(0, at), ...piece(at)]).toEqual(train(choice, values, steps));
      }),
    );
  });

  test("a tensor that is exempt from weight decay learns as if there were none", () => {
    fc.assert(
      fc.property(anyOptimizer, numbers, (choice, values) => {
        const without = { ...choice, weightDecay: 0 } as OptimizerChoice;
        expect(train(choice, values, [values, values], { decayFactor: 0 })).toEqual(
          train(without, values, [values, values]),
        );
      }),
    );
  });

  test("a gradient factor is a factor of the gradient", () => {
    fc.assert(
      fc.property(anyOptimizer, numbers, (choice, values) => {
        const halves = values.map((value) => value / 2);
        expect(train(choice, values, [values, values], { gradientFactor: 0.5 })).toEqual(
          train(choice, values, [halves, halves]),
        );
      }),
    );
  });

  test("equal gradients for ever give numbers, also where a variance is 0 but for rounding", () => {
    const steps = Array.from({ length: 400 }, () => [0.1, -1e-3, 7, 1e-20]);
    fc.assert(
      fc.property(anyOptimizer, (choice) => {
        expect(train(choice, [1, 2, 3, 4], steps).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a step", () => {
  test("refuses a gradient of another length", () => {
    const [parameter, gradient] = [new Float32Array(3), new Float32Array(2)];
    expect(() =>
      update(defineOptimizer({ name: "sgd" }), { parameter, gradient, state: {}, learningRate: 1, step: 1 }),
    ).toThrow("internal: 2 numbers for a parameter of 3");
  });

  test("refuses the state of another optimizer", () => {
    const parameter = new Float32Array(3);
    const state = newState(defineOptimizer({ name: "sgd", momentum: 0.9 }), parameter);
    expect(() =>
      update(defineOptimizer({ name: "adam" }), { parameter, gradient: parameter, state, learningRate: 1, step: 1 }),
    ).toThrow('internal: the optimizer\'s state has no "firstMoment"');
  });
});

describe("an optimizer keeps", () => {
  const slotsOf = (choice: OptimizerChoice) =>
    stateSlots(defineOptimizer(choice)).map(({ name, fill }) => [name, fill]);

  test("nothing without momentum", () => expect(slotsOf({ name: "sgd" })).toEqual([]));

  test("a mean square that begins with 1 where TensorFlow 1 is meant", () => {
    expect(slotsOf({ name: "rmsprop", definition: "tensorflow1", momentum: 0.9, centered: true })).toEqual([
      ["meanSquare", 1],
      ["mean", 0],
      ["velocity", 0],
    ]);
  });

  test("numbers of the parameter's own kind", () => {
    const { firstMoment } = newState(defineOptimizer({ name: "adam" }), new Float64Array(4));
    expect(firstMoment).toEqual(new Float64Array(4));
  });
});

describe("an optimizer is refused", () => {
  test.each([
    [{ name: "adam", definition: "tensorflow1" }, "optimize/unknown-definition"],
    [{ name: "lion" }, "optimize/unknown-definition"],
    [{ name: "adam", beta1: 1 }, "optimize/number-out-of-range"],
    [{ name: "adam", epsilon: Number.NaN }, "optimize/number-out-of-range"],
    [{ name: "sgd", weightDecay: -1 }, "optimize/number-out-of-range"],
    [{ name: "sgd", nesterov: true }, "optimize/nesterov-without-momentum"],
    [{ name: "sgd", momentum: 0.9, nesterov: true, dampening: 0.1 }, "optimize/dampening-does-not-fit"],
    [{ name: "sgd", definition: "keras", momentum: 0.9, dampening: 0.1 }, "optimize/dampening-does-not-fit"],
  ])("%o", (choice, code) => {
    expect(() => defineOptimizer(choice as OptimizerChoice)).toThrow(code);
  });
});
