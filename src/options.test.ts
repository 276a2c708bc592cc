import { describe, expect, test } from "vitest";
import { checkOption, exampleOf, parseOption } from "./option-values.ts";
import { all } from "./options/kinds.ts";
import { defaultOf, flagOf, type OptionName, optionGroups, options, optionsOf, specOf } from "./options.ts";

const names = Object.keys(options) as OptionName[];

describe("the table of options", () => {
  test("lists every option under exactly one heading", () => {
    const grouped = Object.values(optionGroups).flatMap((group) => Object.keys(group));
    expect([...grouped].sort()).toEqual([...names].sort());
  });

  test("has a flag of small letters and hyphens for every option, each its own", () => {
    const flags = names.map(flagOf);
    expect(flags.filter((flag) => !/^--[a-z][a-z0-9]*(-[a-z]+)*$/.test(flag))).toEqual([]);
    expect(new Set(flags).size).toBe(names.length);
    expect(flagOf("optimizerDefinition")).toBe("--optimizer-definition");
  });

  test.each(names)("allows the default of %s", (name) => {
    const spec = specOf(name);
    if ("default" in spec && spec.default !== undefined) expect(checkOption(name, spec.default)).toBe(spec.default);
    else if (spec.kind !== "flag") expect(defaultOf(name)).toBeDefined();
  });

  test.each(names.filter((name) => specOf(name).kind !== "flag"))(
    "gives an example of %s that works as typed",
    (name) => {
      expect(() => parseOption(name, exampleOf(name))).not.toThrow();
    },
  );

  test("gives --json to every command and training's options to train alone", () => {
    for (const command of all) expect(optionsOf(command)).toContain("json");
    expect(optionsOf("train")).toContain("epochs");
    expect(optionsOf("predict")).toEqual(["coverage", "reject", "top", "threads", "csv", "json"]);
    expect(optionsOf("weights convert")).toEqual(["features", "json"]);
  });
});
