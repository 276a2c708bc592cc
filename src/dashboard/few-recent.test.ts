import { describe, expect, test } from "vitest";
import { fewRecent } from "./few-recent.ts";

function two() {
  const gone: string[] = [];
  const made: string[] = [];
  const kept = fewRecent<string>(2, (thing) => void gone.push(thing));
  const get = (name: string) =>
    kept.get(name, () => {
      made.push(name);
      return name.toUpperCase();
    });
  return { gone, made, kept, get };
}

describe("two things that are kept", () => {
  test("are made once while they are asked for", () => {
    const { get, made } = two();
    expect(["a", "b", "a", "b", "a"].map(get)).toEqual(["A", "B", "A", "B", "A"]);
    expect(made).toEqual(["a", "b"]);
  });

  test("make room for a third: the one that nobody has asked for longest goes", () => {
    const { get, gone, made } = two();
    for (const name of ["a", "b", "a", "c"]) get(name);
    expect(gone).toEqual(["B"]);
    get("b");
    expect({ gone, made }).toEqual({ gone: ["B", "A"], made: ["a", "b", "c", "b"] });
  });

  test("go when they are told to, each once", () => {
    const { get, gone, kept } = two();
    get("a");
    get("b");
    kept.drop("a");
    kept.drop("a");
    kept.dropAll();
    expect(gone).toEqual(["A", "B"]);
  });
});
