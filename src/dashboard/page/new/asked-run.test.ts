import { describe, expect, test } from "vitest";
import { options } from "../../../options.ts";
import { adjustedTo, commandOf, emptyForm, formOptions, requestOf } from "./asked-run.ts";

const hybrid = { ...emptyForm, strategy: "hybrid", unfreeze: "2 blocks", epochs: "5,5", budget: "1h" };

describe("what is asked for", () => {
  test("leaves to the program what nobody filled in", () => {
    expect(requestOf("/photos", " ", emptyForm)).toEqual({ data: "/photos", options: {} });
  });

  test("has what was filled in and means something", () => {
    expect(requestOf("/photos", "hats", hybrid)).toEqual({
      data: "/photos",
      name: "hats",
      options: { strategy: "hybrid", unfreeze: "2 blocks", epochs: "5,5" },
    });
  });

  test("is said as a command", () => {
    expect(commandOf("/my photos", hybrid)).toBe(
      "reinception train '/my photos' --strategy hybrid --unfreeze '2 blocks' --epochs 5,5",
    );
    expect(commandOf("it's", { ...emptyForm, learningRate: "1e-3" })).toBe("reinception train 'it'\\''s'");
  });
});

test("options of the form are options of train", () => {
  for (const option of formOptions) expect(options).toHaveProperty(option);
});

describe("the form follows the adviser", () => {
  test("to a head", () => {
    const chosen = { name: "linear head", kind: "linear head", settings: null } as const;
    expect(adjustedTo({ chosen }, hybrid).strategy).toBe("feature-extraction");
  });

  test("to what it has fine-tuned", () => {
    const settings = { unfreeze: "from mixed_7b", learningRate: 0.003, epochs: 8 };
    const form = adjustedTo(
      { chosen: { name: "trial 3", kind: "fine-tuned", settings } },
      { ...emptyForm, validation: "0.3" },
    );
    expect(form).toMatchObject({
      strategy: "hybrid",
      ...settings,
      learningRate: "0.003",
      epochs: "8",
      validation: "0.3",
    });
  });
});
