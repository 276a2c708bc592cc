import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReinceptionError } from "./errors.ts";
import { asList, bytesOf, checkOption, nearest, parseOption, secondsOf, shareOf } from "./option-values.ts";
import { type OptionName, options } from "./options.ts";

function message(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ReinceptionError) return error.message;
    throw error;
  }
  return "nothing was thrown";
}

describe("sizes", () => {
  test("are numbers of bytes, with units that are powers of 1000", () => {
    const typed = ["0", "17", "2kB", "500MB", "1.5 gb", "2TB", " 3 B "];
    expect(typed.map(bytesOf)).toEqual([0, 17, 2e3, 5e8, 1.5e9, 2e12, 3]);
    expect([12.7, 0].map(bytesOf)).toEqual([12, 0]);
    const wrong = ["", "GB", "1e3", "1k", "-1", "1 2", "1GiB", -1, Number.NaN, Number.POSITIVE_INFINITY, null, {}];
    expect(wrong.filter((size) => bytesOf(size) !== undefined)).toEqual([]);
  });
});

describe("shares", () => {
  test("are numbers from 0 to 1, or that many in a hundred", () => {
    expect(["2%", "0.02", " 2.5 % ", ".5", "100%", "1", "0"].map(shareOf)).toEqual([0.02, 0.02, 0.025, 0.5, 1, 1, 0]);
    expect([0.3, 1].map(shareOf)).toEqual([0.3, 1]);
    const wrong = ["", "%", "101%", "2", "-1%", "1e-2", "2 % of all", -0.1, 1.5, Number.NaN, null, {}];
    expect(wrong.filter((share) => shareOf(share) !== undefined)).toEqual([]);
  });
});

describe("texts that may be several", () => {
  test("are one from the command line, and one or several from a program; blank ones are refused", () => {
    expect(parseOption("source", "photos")).toEqual(["photos"]);
    expect(checkOption("source", ["a", "b"])).toEqual(["a", "b"]);
    for (const wrong of ["", [], ["a", " "], 3]) expect(() => checkOption("source", wrong)).toThrow("options/value");
  });
});

describe("times", () => {
  test("are numbers of seconds, with units that are powers of 60", () => {
    const typed = ["90s", "10m", "1.5h", "45", " 2 H ", 7];
    expect(typed.map(secondsOf)).toEqual([90, 600, 5400, 45, 7200, 7]);
    expect(["", "soon", "-1s", "1d", "1m30s", Number.NaN, -1].map(secondsOf)).toEqual(Array(7).fill(undefined));
  });
});

describe("values from the command line", () => {
  test("of a list may be a range: both ends and their geometric mean", () => {
    expect(parseOption("learningRate", "1e-4..1e-2")).toEqual([1e-4, 1e-3, 1e-2]);
    expect(parseOption("epochs", "2..18,30")).toEqual([2, 6, 18, 30]);
    expect(() => parseOption("learningRate", "1e-4..")).toThrow("options/value");
    expect(() => parseOption("epochs", "0..4")).toThrow("options/value");
  });

  test("become numbers, lists, words", () => {
    expect(parseOption("batchSize", "64")).toBe(64);
    expect(parseOption("learningRate", "1e-3,1e-5")).toEqual([1e-3, 1e-5]);
    expect(parseOption("epochs", "10")).toEqual([10]);
    expect(parseOption("head", "linear")).toBe("linear");
    expect(parseOption("head", "1024")).toEqual([1024]);
    expect(parseOption("strategy", "hybrid")).toBe("hybrid");
    expect(parseOption("unfreeze", "50 layers")).toBe("50 layers");
  });

  test.each<[OptionName, string]>([
    ["batchSize", "0"],
    ["batchSize", "1.5"],
    ["batchSize", ""],
    ["batchSize", "0x10"],
    ["batchSize", "many"],
    ["batchSize", "99999999999999999999"],
    ["learningRate", "0"],
    ["learningRate", "-1e-3"],
    ["learningRate", "1e-3,"],
    ["learningRate", "Infinity"],
    ["dropout", "1"],
    ["validation", "0"],
    ["size", "74"],
    ["epochs", "5;5"],
    ["head", "1024,linear"],
    ["optimizer", "Adam"],
    ["weights", " "],
    ["cacheLimit", "20 apples"],
    ["cacheLimit", "-1GB"],
    ["cacheLimit", "1.GB"],
    ["seed", "-1"],
  ])("%s is not %j", (name, typed) => {
    expect(message(() => parseOption(name, typed))).toContain("options/value");
  });

  test("are refused with the limits and a value that works", () => {
    expect(message(() => parseOption("dropout", "1.5"))).toBe(
      'options/value: --dropout is "1.5", but it must be a number of at least 0 and below 1.\nWrite for example: --dropout 0',
    );
    expect(message(() => parseOption("epochs", "x"))).toContain(
      "a whole number of at least 1, or several with commas between them.\nWrite for example: --epochs 10",
    );
  });

  test("of a few words are refused with the word that was probably meant", () => {
    expect(message(() => parseOption("optimizer", "rmspropp"))).toContain("Write for example: --optimizer rmsprop");
    expect(message(() => parseOption("optimizer", "?"))).toContain("Write for example: --optimizer adam");
  });

  test("of any kind are read or refused with options/value, never anything else", () => {
    const names = Object.keys(options) as OptionName[];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.oneof(fc.string(), fc.double().map(String)), (name, typed) => {
        const answer = message(() => parseOption(name, typed));
        expect(answer).toMatch(/^(nothing was thrown|options\/value: )/);
      }),
    );
  });

  test("that are numbers inside the limits come back as they are", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (share) => {
        expect(parseOption("dropout", String(share))).toBe(share === 0 ? 0 : share);
      }),
    );
  });
});

describe("values from a program", () => {
  test("may be single numbers where lists are allowed", () => {
    expect(checkOption("epochs", 5)).toBe(5);
    expect(asList(checkOption("epochs", [5, 6]))).toEqual([5, 6]);
    expect(asList(checkOption("epochs", 5))).toEqual([5]);
    expect(asList(checkOption("head", "linear"))).toEqual([]);
    expect(asList(checkOption("head", []))).toEqual([]);
  });

  test.each<[OptionName, unknown]>([
    ["epochs", []],
    ["epochs", "5"],
    ["batchSize", "32"],
    ["batchSize", null],
    ["nesterov", 1],
    ["weights", 7],
    ["dropout", Number.NaN],
  ])("%s is not %j", (name, value) => {
    expect(message(() => checkOption(name, value))).toContain("options/value");
  });
});

describe("the nearest word", () => {
  test("is found over slips of the keyboard and beginnings", () => {
    const flags = ["--epochs", "--learning-rate", "--optimizer", "--optimizer-definition", "--size"];
    expect(nearest("--epocs", flags)).toBe("--epochs");
    expect(nearest("--lerning-rate", flags)).toBe("--learning-rate");
    expect(nearest("trian", ["runs", "train"])).toBe("train");
    expect(nearest("--learn", flags)).toBe("--learning-rate");
    expect(nearest("--colour", flags)).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });

  test("of a known word is the word itself", () => {
    const words = Object.keys(options);
    for (const word of words) expect(nearest(word, words)).toBe(word);
  });
});
