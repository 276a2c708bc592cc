import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shuffled, stream } from "../random.ts";
import { type Candidate, choose } from "./gate.ts";

const pictures = 200;

/** Right about the first `right` pictures. */
function candidate(name: string, simplicity: number, right: number, loss = 1): Candidate {
  return {
    name,
    simplicity,
    right: Uint8Array.from({ length: pictures }, (_, i) => (i < right ? 1 : 0)),
    losses: new Float64Array(pictures).fill(loss),
    drift: simplicity / 10,
  };
}

const verdicts = (candidates: readonly Candidate[], floor: string, level?: number) =>
  Object.fromEntries(choose(candidates, { floor, level }).compared.map(({ name, verdict }) => [name, verdict]));

describe("the simplest that is not worse than the best as far as can be told", () => {
  test("is chosen, and every other is told why not", () => {
    const all = [
      candidate("all", 3, 181),
      candidate("few", 1, 180),
      candidate("head", 0, 150),
      candidate("odd", 2, 140),
    ];
    expect(verdicts(all, "head")).toEqual({
      head: "worse",
      few: "chosen",
      odd: "below the linear head",
      all: "not needed",
    });
  });

  test("is the linear head itself where nothing is gained", () => {
    const all = [candidate("all", 3, 150), candidate("head", 0, 150)];
    expect(verdicts(all, "head")).toEqual({ head: "chosen", all: "not needed" });
  });

  test("is told with the numbers that decided", () => {
    const all = [candidate("all", 3, 160), candidate("head", 0, 150)];
    const { chosen, best, compared } = choose(all, { floor: "head" });
    expect([chosen.name, best.name]).toEqual(["all", "all"]);
    expect(compared[0]).toMatchObject({ name: "head", accuracy: 0.75, drift: 0, onlyThis: 0, onlyBest: 10 });
    // 2^-10 / 2
    expect(compared[0]!.p).toBeCloseTo(2 ** -11, 15);
    // scipy 1.17.1: binomtest(150, 200).proportion_ci(method="wilson")
    expect(compared[0]!.interval[0]).toBeCloseTo(0.6856590168795417, 12);
    expect(compared[0]!.interval[1]).toBeCloseTo(0.8049183199318249, 12);
    expect(compared[1]).toMatchObject({ p: 0.5, onlyThis: 0, onlyBest: 0, verdict: "chosen" });
  });

  test("depends on the level: two pictures of two have a mid-p of one eighth", () => {
    const all = [candidate("all", 3, 152), candidate("head", 0, 150)];
    expect(choose(all, { floor: "head", level: 0.12 }).chosen.name).toBe("head");
    expect(choose(all, { floor: "head" }).chosen.name).toBe("all");
  });

  test("is not one below the linear head, even if nothing shows that it is worse", () => {
    const all = [candidate("prior", 0, 149), candidate("head", 1, 150)];
    expect(verdicts(all, "head")).toEqual({ prior: "below the linear head", head: "chosen" });
  });
});

test("of equally accurate ones the best has the lower loss, then is the simpler", () => {
  const [a, b, c] = [candidate("a", 1, 150, 2), candidate("b", 2, 150, 1), candidate("c", 3, 150, 1)];
  expect(choose([a, b, c], { floor: "a" }).best.name).toBe("b");
});

const candidates = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 }))
  .chain(([count, length]) =>
    fc.array(
      fc.record({
        right: fc
          .array(fc.integer({ min: 0, max: 1 }), { minLength: length, maxLength: length })
          .map((all) => Uint8Array.from(all)),
        losses: fc
          .array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: length, maxLength: length })
          .map((all) => Float64Array.from(all)),
      }),
      { minLength: count, maxLength: count },
    ),
  )
  .map((all) => all.map((one, i): Candidate => ({ name: `model ${i}`, simplicity: (i * 5) % 7, drift: i, ...one })));
const anyLevel = fc.double({ min: 0, max: 0.49, noNaN: true });
const accuracyOf = ({ right }: Candidate) => right.reduce((total, one) => total + one, 0) / right.length;

describe("whatever the answers", () => {
  test("what is chosen is right at least as often as the linear head, and nothing is right more often than the best", () => {
    fc.assert(
      fc.property(candidates, anyLevel, fc.nat(), (all, level, which) => {
        const floor = all[which % all.length]!;
        const { chosen, best } = choose(all, { floor: floor.name, level });
        expect(accuracyOf(chosen)).toBeGreaterThanOrEqual(accuracyOf(floor));
        expect(accuracyOf(best)).toBe(Math.max(...all.map(accuracyOf)));
        expect(chosen.simplicity).toBeLessThanOrEqual(best.simplicity);
      }),
    );
  });

  test("the order in which they are given makes no difference", () => {
    fc.assert(
      fc.property(candidates, fc.nat(), (all, seed) => {
        const order = shuffled(all.length, stream(seed, "candidates"));
        const moved = Array.from(order, (i) => all[i]!);
        expect(choose(moved, { floor: "model 0" })).toEqual(choose(all, { floor: "model 0" }));
      }),
    );
  });

  test("of identical ones the simplest is chosen", () => {
    fc.assert(
      fc.property(candidates, anyLevel, (all, level) => {
        const same = all.map((one) => ({ ...one, right: all[0]!.right, losses: all[0]!.losses }));
        const { chosen, best } = choose(same, { floor: same.at(-1)!.name, level });
        expect(chosen.simplicity).toBe(Math.min(...same.map(({ simplicity }) => simplicity)));
        expect(best).toBe(chosen);
      }),
    );
  });

  test("one is chosen, those simpler are worse or below the linear head, and those that are not simpler are something else", () => {
    fc.assert(
      fc.property(candidates, anyLevel, (all, level) => {
        const { chosen, compared } = choose(all, { floor: "model 0", level });
        const place = compared.findIndex(({ verdict }) => verdict === "chosen");
        expect(compared[place]!.name).toBe(chosen.name);
        const [simpler, others] = [compared.slice(0, place), compared.slice(place + 1)].map((some) =>
          some.map(({ verdict }) => verdict),
        );
        expect(simpler).not.toContain("not needed");
        expect(others).not.toContain("chosen");
        for (const { verdict, p } of compared) if (verdict === "worse") expect(p).toBeLessThanOrEqual(level);
      }),
    );
  });
});

test("at a level of one half the best is taken, however little it is ahead", () => {
  const all = [candidate("simple", 0, 3), candidate("surer", 1, 3, 0.5)];
  expect(choose(all, { floor: "simple" }).chosen.name).toBe("simple");
  expect(choose(all, { floor: "simple", level: 0.5 }).chosen.name).toBe("surer");
});

test("candidates that cannot be compared are bugs of ours", () => {
  const [a, b] = [candidate("a", 0, 3), candidate("b", 1, 3)];
  const floor = "a";
  expect(() => choose([], { floor })).toThrow("internal:");
  expect(() => choose([b], { floor })).toThrow("internal: there is no candidate a");
  expect(() => choose([a, { ...b, simplicity: 0 }], { floor })).toThrow("internal:");
  expect(() => choose([a, { ...b, name: "a" }], { floor })).toThrow("internal:");
  expect(() => choose([a, { ...b, right: new Uint8Array(3) }], { floor })).toThrow("internal: b ");
  expect(() => choose([a, { ...b, losses: new Float64Array(3) }], { floor })).toThrow("internal: b ");
  for (const level of [-0.1, 0.6, Number.NaN]) expect(() => choose([a, b], { floor, level })).toThrow("internal:");
});
