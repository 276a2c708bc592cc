import { describe, expect, test } from "vitest";
import { flagOf, type OptionName, options } from "../options.ts";
import { remediesFor } from "./remedies.ts";
import { type RetrainOptions, resolveConfig } from "./resolve.ts";
import { fineTuning } from "./strategy.ts";

const config = (given: Partial<RetrainOptions> = {}) => resolveConfig({ data: "photos", strategy: "hybrid", ...given });

/** A line as the command line would read it. */
function typed(line: string): Partial<RetrainOptions> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
  const entries = Array.from({ length: words.length / 2 }, (_, i) => {
    const [flag, text] = [words[2 * i], words[2 * i + 1]!];
    const name = (Object.keys(options) as OptionName[]).find((each) => flagOf(each) === flag)!;
    if (options[name].kind === "list") return [name, text.split(",").map(Number)];
    return [name, options[name].kind === "number" || options[name].kind === "integer" ? Number(text) : text];
  });
  return Object.fromEntries(entries);
}

describe("what holds a stage back", () => {
  test("is fewer epochs, an early end, other pictures, dropout or fewer layers", () => {
    expect(remediesFor(config(), 1, 4)).toEqual([
      "--epochs 5,3",
      "--patience 3",
      "--augment medium --views 4",
      "--dropout 0.2",
      '--unfreeze "25 layers"',
    ]);
  });

  test("is not what is done already, nor what the stage cannot do", () => {
    const busy = { patience: 2, dropout: 0.3, augment: "strong", views: 4, strategy: "feature-extraction" } as const;
    expect(remediesFor(config(busy), 0, 1)).toEqual([]);
    expect(remediesFor(config({ ...busy, views: 1 }), 0, 1)).toEqual(["--views 4"]);
  });

  test("needs no kept views where pixels are learnt from", () => {
    const all = config({ strategy: "fine-tuning", unfreeze: "all", augment: "medium" });
    expect(remediesFor(all, 0, 3)).toContain("--augment strong");
  });

  test.each([
    ["1 block", undefined],
    ["3 blocks", "1 block"],
    ["from mixed_7b", "1 block"],
    ["all", "11 blocks"],
    ["9 convs", "4 convs"],
    ["none", undefined],
  ])("is half of %j: %j", (unfreeze, half) => {
    const lines = remediesFor(config({ strategy: fineTuning({ unfreeze }) }), 0, 2);
    expect(lines.filter((line) => line.startsWith("--unfreeze"))).toEqual(half ? [`--unfreeze "${half}"`] : []);
  });

  test.each([
    { strategy: "feature-extraction", augment: "none" },
    { strategy: "fine-tuning", unfreeze: "all" },
    { strategy: "fine-tuning", unfreeze: "from mixed_6a", augment: "medium", views: 2 },
    { strategy: "hybrid", epochs: [3, 9] },
  ] as const)("is taken as it is typed and changes the run: %j", (given) => {
    const plain = config(given);
    const last = plain.strategy.stages.length - 1;
    const lines = remediesFor(plain, last, 3);
    expect(lines.length).toBeGreaterThanOrEqual(4);
    for (const line of lines) expect(config({ ...given, ...typed(line) }), line).not.toEqual(plain);
    expect(config({ ...given, ...typed(lines[0]!) }).strategy.stages[last]!.epochs).toBe(2);
  });
});
