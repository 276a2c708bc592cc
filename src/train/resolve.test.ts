import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { ReinceptionError } from "../errors.ts";
import { type RetrainOptions, resolveConfig, resolveEvaluate, resolvePredict, type Surroundings } from "./resolve.ts";
import { featureExtraction, fineTuning, hybrid } from "./strategy.ts";

const folder = resolve("/home/user");
const surroundings: Surroundings = { folder, today: "2026-01-31", cores: 3, exists: () => false };

function config(options: Partial<RetrainOptions> = {}, around: Surroundings = surroundings) {
  return resolveConfig({ data: "photos", ...options }, around);
}

function refusal(options: object): string {
  try {
    config(options as Partial<RetrainOptions>);
  } catch (error) {
    if (error instanceof ReinceptionError) return error.message;
    throw error;
  }
  return "nothing was thrown";
}

describe("what nobody said", () => {
  test("is filled in", () => {
    expect(config()).toMatchObject({
      data: [join(folder, "photos")],
      out: join(folder, "runs", "2026-01-31-auto"),
      strategy: { name: "auto", stages: [] },
      search: { budgetSeconds: 600, unfreeze: null, learningRates: null, epochs: null, result: "model" },
      weights: "imagenet",
      weightsMirror: null,
      width: 1,
      dropout: 0,
      batchSize: 32,
      size: null,
      augment: "light",
      views: 1,
      validation: 0.2,
      loss: { labelSmoothing: 0, classWeighting: "keras" },
      mixing: { mixup: 0, cutmix: 0 },
      balance: "none",
      l2: 0,
      clipNorm: null,
      monitor: "accuracy",
      seed: 0,
      threads: 3,
      cachePrecision: "float16",
    });
  });

  test("is a hybrid strategy of 5 and 5 epochs with Keras' Adam as soon as something is said of stages", () => {
    const { strategy, search } = config({ warmup: 0.1 });
    expect(strategy.name).toBe("hybrid");
    expect(search).toBeNull();
    expect(strategy.hidden).toEqual([]);
    expect(strategy.stages.map(({ unfreeze, epochs, learningRate }) => [unfreeze, epochs, learningRate])).toEqual([
      ["none", 5, 1e-2],
      ["50 layers", 5, 1e-3],
    ]);
    expect(strategy.stages[0]!.optimizer).toMatchObject({ name: "adam", definition: "keras", epsilon: 1e-7 });
  });

  test("is plain data: it survives being written as JSON", () => {
    expect(JSON.parse(JSON.stringify(config()))).toEqual(config());
  });

  test("is a folder that is not there yet", () => {
    const taken = new Set([join(folder, "runs", "2026-01-31-auto"), join(folder, "runs", "2026-01-31-auto-2")]);
    const around = { ...surroundings, exists: (path: string) => taken.has(path) };
    expect(config({}, around).out).toBe(join(folder, "runs", "2026-01-31-auto-3"));
    expect(config({ strategy: "fine-tuning" }, around).out).toBe(join(folder, "runs", "2026-01-31-fine-tuning"));
  });
});

describe("options", () => {
  test("take several sources, and none without a name", () => {
    expect(config({ data: ["a", "/b/c.zip"] }).data).toEqual([join(folder, "a"), resolve("/b/c.zip")]);
    for (const data of [[], [""], ["a", ""]]) expect(() => config({ data })).toThrow("options/missing");
  });

  test("make relative paths absolute and leave the words for weights alone", () => {
    const { data, out, weights } = config({ data: "a/b", out: "../x", weights: "mine.safetensors" });
    expect([...data, out, weights]).toEqual([
      join(folder, "a/b"),
      resolve(folder, "../x"),
      join(folder, "mine.safetensors"),
    ]);
    expect(config({ weights: "random", width: 0.25 })).toMatchObject({ weights: "random", width: 0.25 });
    expect(config({ weights: "small" }).weights).toBe("small");
    expect(config({ weights: "imagenet-keras" }).weights).toBe("imagenet-keras");
  });

  test("name a mirror by its address or its folder", () => {
    const mirror = (weightsMirror: string) => config({ weightsMirror }).weightsMirror;
    expect(mirror("https://user:word@mirror.example.org/a")).toBe("https://user:word@mirror.example.org/a");
    expect(mirror("shared/weights")).toBe(pathToFileURL(join(folder, "shared/weights")).href);
    expect(refusal({ weightsMirror: "ftp://mirror.example.org" })).toContain("options/value: --weights-mirror");
    expect(refusal({ weights: "small", weightsMirror: "m" })).toContain("options/not-with: --weights-mirror");
  });

  test("say how large the cache may become, as a number of bytes", () => {
    expect([config().cacheLimit, config({ cacheLimit: "20GB" }).cacheLimit]).toEqual([null, 20e9]);
    expect(refusal({ cacheLimit: "plenty" })).toContain("options/value: --cache-limit");
  });

  test("that are undefined count as not given", () => {
    expect(config({ batchSize: undefined, strategy: undefined, width: undefined })).toEqual(config());
  });

  test("build each strategy", () => {
    expect(config({ strategy: "feature-extraction", epochs: 3 }).strategy.stages.map(({ epochs }) => epochs)).toEqual([
      3,
    ]);
    const tuned = config({ strategy: "fine-tuning", unfreeze: "2 blocks", learningRate: 1e-4 }).strategy;
    expect(tuned).toMatchObject({ hidden: [1024], stages: [{ unfreeze: "2 blocks", epochs: 10, learningRate: 1e-4 }] });
    const both = config({
      epochs: [7, 2],
      learningRate: 1e-2,
      head: 64,
      batchNorm: "train",
      patience: 4,
      ema: 0.9,
    }).strategy;
    expect(both).toMatchObject({
      hidden: [64],
      stages: [
        { unfreeze: "none", epochs: 7, learningRate: 1e-2, batchNorm: "train", patience: 4, ema: 0.9 },
        { unfreeze: "50 layers", epochs: 2, learningRate: 1e-2, batchNorm: "train", patience: 4, ema: 0.9 },
      ],
    });
    expect(config({ strategy: "fine-tuning", head: "linear" }).strategy.hidden).toEqual([]);
  });

  test("choose an optimizer with the numbers of its library", () => {
    const [stage] = config({ optimizer: "sgd", momentum: 0.9, nesterov: true, weightDecay: 1e-4 }).strategy.stages;
    expect(stage!.optimizer).toMatchObject({
      name: "sgd",
      definition: "keras",
      momentum: 0.9,
      nesterov: true,
      weightDecay: 1e-4,
    });
    const [other] = config({ optimizer: "rmsprop", optimizerDefinition: "tensorflow1" }).strategy.stages;
    expect(other!.optimizer).toMatchObject({ name: "rmsprop", definition: "tensorflow1", epsilon: 1e-10 });
  });

  test("about views and augmentation have to agree", () => {
    expect(config({ augment: "none" })).toMatchObject({ augment: "none", views: 1 });
    expect(config({ views: 3 })).toMatchObject({ augment: "light", views: 3 });
    expect(refusal({ augment: "none", views: 3 })).toContain("options/not-with: --views");
  });

  test("mix batches by the tier, or as they say, and only where pixels are learnt from", () => {
    expect(config().mixing).toEqual({ mixup: 0, cutmix: 0 });
    expect(config({ augment: "strong" }).mixing).toEqual({ mixup: 0.2, cutmix: 1 });
    expect(config({ augment: "strong", cutmix: 0, unfreeze: "all", mixup: 0.4 }).mixing).toEqual({
      mixup: 0.4,
      cutmix: 0,
    });
    expect(refusal({ mixup: 0.2 })).toMatch(/^options\/not-with: --mixup .*\n.*--strategy hybrid --unfreeze all$/);
    expect(refusal({ strategy: "feature-extraction", cutmix: 1 })).toContain("--strategy hybrid --unfreeze all");
    expect(config({ mixup: 0 }).mixing.mixup).toBe(0);
  });

  test("about classes of different size are refused where they would do nothing", () => {
    expect(config().balance).toBe("none");
    expect(config({ balance: "sampling" }).balance).toBe("sampling");
    expect(config({ strategy: "fine-tuning", balance: "adjust" }).balance).toBe("adjust");
    expect(refusal({ strategy: "fine-tuning", balance: "sampling" })).toMatch(
      /^options\/not-with: --balance sampling .*\nUse: --balance adjust/,
    );
  });

  test("that do not fit together are refused with the way out", () => {
    expect(refusal({ strategy: "feature-extraction", epochs: [5, 5] })).toBe(
      "options/stage-count: --epochs has 2 numbers, but feature-extraction has one stage.\nGive one number: --epochs 5",
    );
    expect(refusal({ learningRate: [1, 2, 3] })).toContain("--learning-rate has 3 numbers, but hybrid has 2 stages.");
    expect(refusal({ strategy: "feature-extraction", unfreeze: "all" })).toContain("options/not-with: --unfreeze");
    expect(refusal({ momentum: 0.9 })).toContain("--optimizer sgd");
    expect(refusal({ optimizer: "rmsprop", nesterov: true })).toContain("options/not-with: --nesterov");
    expect(refusal({ optimizerDefinition: "tensorflow1" })).toContain("--optimizer rmsprop");
    expect(refusal({ width: 0.25 })).toContain("Use: --weights random");
    expect(refusal({ weights: "random", width: 0.3 })).toContain("options/width");
    expect(refusal({ unfreeze: "some" })).toContain("options/unfreeze");
    expect(refusal({ unfreeze: "500 layers" })).toContain("options/unfreeze-count");
    expect(refusal({ data: "" })).toContain("options/missing");
  });

  test("that are not known are refused with the nearest", () => {
    expect(refusal({ epoch: 5 })).toContain('there is no option "epoch"; "epochs" comes nearest');
    expect(refusal({ json: true })).toContain("options/unknown");
  });
});

describe("a strategy as a value", () => {
  test("is taken as it is, its optimizers completed", () => {
    const value = hybrid({
      unfreeze: "from mixed_7b",
      epochs: [1, 2],
      optimizer: { name: "adamw", definition: "pytorch" },
    });
    const { strategy } = config({ strategy: value });
    expect(strategy.stages[1]).toMatchObject({ unfreeze: "from mixed_7b", epochs: 2 });
    expect(strategy.stages[1]!.optimizer).toMatchObject({ name: "adamw", weightDecay: 0.01 });
  });

  test("is checked like options", () => {
    expect(refusal({ strategy: featureExtraction({ epochs: 0 }) })).toContain("options/value: --epochs");
    expect(refusal({ strategy: fineTuning({ unfreeze: "a bit" }) })).toContain("options/unfreeze");
    expect(refusal({ strategy: fineTuning({ hidden: [0] }) })).toContain("options/value: --head");
    expect(refusal({ strategy: fineTuning({ ema: 1 }) })).toContain("options/value: --ema");
    expect(refusal({ strategy: { ...hybrid(), stages: [] } })).toContain("options/no-stages");
  });

  test("stands alone: no option may say part of it a second time", () => {
    expect(refusal({ strategy: hybrid(), epochs: 3 })).toContain('options/beside-strategy: "epochs"');
    expect(config({ strategy: hybrid(), batchSize: 8 }).batchSize).toBe(8);
  });
});

describe("predict and evaluate", () => {
  test("take paths and fill in the rest", () => {
    expect(resolvePredict({ model: "runs/a", images: "x.jpg" }, surroundings)).toEqual({
      model: join(folder, "runs/a"),
      images: [join(folder, "x.jpg")],
      batchSize: 16,
      threads: 3,
    });
    expect(resolveEvaluate({ model: "m.onnx", data: "photos", threads: 1 }, surroundings)).toEqual({
      model: join(folder, "m.onnx"),
      data: [join(folder, "photos")],
      batchSize: 16,
      threads: 1,
    });
  });

  test("say what is missing", () => {
    expect(() => resolvePredict({ model: "a", images: [] }, surroundings)).toThrow("options/missing: the picture");
    expect(() => resolveEvaluate({ model: "", data: "b" }, surroundings)).toThrow("options/missing: the run or model");
  });
});

describe("a search", () => {
  const tuned = (options: object) => resolveConfig({ data: "photos", ...options }, surroundings, "tune");

  test("takes its time in words, and belongs to the strategy that has to be found", () => {
    expect(config({ budget: "90s" }).search?.budgetSeconds).toBe(90);
    expect(config({ budget: "1.5h" }).search?.budgetSeconds).toBe(5400);
    expect(config({ budget: 30 }).search?.budgetSeconds).toBe(30);
    expect(refusal({ budget: "soon" })).toContain("a time such as 90s, 10m or 2h");
    expect(refusal({ budget: "5m", strategy: "hybrid" })).toMatch(/--budget .*\n.*--strategy auto/);
    expect(refusal({ strategy: "auto", epochs: 3 })).toMatch(/--epochs .*--strategy auto.*\n.*--strategy hybrid/);
  });

  test("by hand takes lists of what is tried, and settles everything else about the stages", () => {
    const { search, strategy, out } = tuned({
      ...{ unfreeze: "2 Blocks, from mixed_6b", learningRate: [1e-3, 1e-4], epochs: 3 },
      ...{ optimizer: "sgd", momentum: 0.9 },
    });
    expect(strategy).toEqual({ name: "auto", stages: [], hidden: [] });
    expect(search).toMatchObject({
      ...{ unfreeze: ["2 blocks", "from mixed_6b"], learningRates: [1e-3, 1e-4], epochs: [3], result: "model" },
      settings: { optimizer: { name: "sgd", momentum: 0.9 } },
    });
    expect(out).toBe(join(folder, "runs", "2026-01-31-tune"));
    expect(() => tuned({ unfreeze: "2 blocks, everything" })).toThrow("everything");
    expect(() => tuned({ head: 5 })).toThrow("options/unknown");
  });

  test("that only advises makes no model, and takes nothing that it has to find out", () => {
    const advice = resolveConfig({ data: "photos" }, surroundings, "advise");
    expect(advice.search?.result).toBe("advice");
    expect(() => resolveConfig({ data: "photos", epochs: 3 }, surroundings, "advise")).toThrow("options/unknown");
  });
});
