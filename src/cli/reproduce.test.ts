// The command that reproduces a run, read by the command line's own parser. It stands here, where that parser is.

import { execFileSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { featureExtraction, fineTuning, hybrid } from "../index.ts";
import { reproducingArguments, reproducingCommand } from "../train/reproduce.ts";
import { type LearningCommand, type RetrainOptions, resolveConfig } from "../train/resolve.ts";
import { run } from "./program.ts";

const read: { command: LearningCommand; data: readonly string[]; given: object }[] = [];
vi.mock("./train.ts", () => {
  const reading = (command: LearningCommand) => async (data: readonly string[], given: object) => {
    read.push({ command, data, given });
    return 0;
  };
  return { train: reading("train"), tune: reading("tune"), advise: reading("advise") };
});

const surroundings = { folder: "/home", today: "2026-01-31", cores: 3, exists: () => false };

function configOf(asked: Omit<RetrainOptions, "data"> & { data?: RetrainOptions["data"] }, command: LearningCommand) {
  return resolveConfig({ data: "/photos", ...asked }, surroundings, command);
}

/** What comes out when the words are typed, on a machine with another number of cores. */
async function typedAgain(words: readonly string[], out: string) {
  read.length = 0;
  expect(await run(words)).toBe(0);
  const [{ command, data, given } = expect.fail("nothing was parsed")] = read;
  const config = resolveConfig({ ...given, data } as RetrainOptions, { ...surroundings, cores: 64 }, command);
  return { ...config, out };
}

const runs: readonly (readonly [LearningCommand, Omit<RetrainOptions, "data">, string])[] = [
  ["train", {}, "train /photos --threads 3"],
  ["train", { weights: "small", threads: 2, budget: "1m" }, "train /photos --budget 60s --weights small --threads 2"],
  ["train", { strategy: "hybrid" }, "train /photos --strategy hybrid --threads 3"],
  ["train", { epochs: [3, 5], strategy: "hybrid" }, "train /photos --strategy hybrid --epochs 3,5 --threads 3"],
  [
    "train",
    { strategy: "feature-extraction", epochs: 4 },
    "train /photos --strategy feature-extraction --epochs 4 --threads 3",
  ],
  [
    "train",
    {
      strategy: "fine-tuning",
      unfreeze: "from mixed_7b",
      head: "linear",
      optimizer: "sgd",
      momentum: 0.9,
      nesterov: true,
    },
    'train /photos --strategy fine-tuning --head linear --unfreeze "from mixed_7b" --optimizer sgd --momentum 0.9 --nesterov --threads 3',
  ],
  [
    "train",
    {
      strategy: "hybrid",
      head: [256, 64],
      retain: "lwf",
      retainStrength: 2,
      source: ["/a b", "/c"],
      maxForgetting: "2%",
    },
    'train /photos --strategy hybrid --head 256,64 --retain lwf --retain-strength 2 --threads 3 --source "/a b" --source /c --max-forgetting 0.02',
  ],
  [
    "train",
    { weights: "random", width: 0.03125, size: 75, strict: true, seed: 7 },
    "train /photos --weights random --width 0.03125 --size 75 --strict --seed 7 --threads 3",
  ],
  [
    "train",
    { strategy: "hybrid", unfreeze: "all", augment: "strong", mixup: 0, views: 3 },
    "train /photos --strategy hybrid --unfreeze all --augment strong --views 3 --mixup 0 --threads 3",
  ],
  [
    "train",
    { groupBy: "([^/]+)-[^/]*$", strategy: "hybrid" },
    "train /photos --strategy hybrid --group-by '([^/]+)-[^/]*$' --threads 3",
  ],
  [
    "train",
    { cacheLimit: "20GB", checkpointSteps: 5, ema: 0.99, patience: 2 },
    "train /photos --strategy hybrid --patience 2 --ema 0.99 --threads 3 --cache-limit 20000000000 --checkpoint-steps 5",
  ],
  ["train", { corrections: false, strategy: "hybrid" }, "train /photos --strategy hybrid --no-corrections --threads 3"],
  ["advise", { budget: "5m", balance: "adjust" }, "advise /photos --budget 300s --balance adjust --threads 3"],
  [
    "tune",
    { unfreeze: "2 blocks,all", learningRate: [0.001, 0.0001], epochs: 5 },
    'tune /photos --unfreeze "2 blocks,all" --learning-rate 0.001,0.0001 --epochs 5 --threads 3',
  ],
  ["tune", { optimizer: "sgd", momentum: 0.5 }, "tune /photos --optimizer sgd --momentum 0.5 --threads 3"],
];

describe("the command that reproduces a run", () => {
  test.each(runs)("%s %j", async (command, asked, typed) => {
    const config = configOf(asked, command);
    expect(reproducingCommand({ config })).toBe(`reinception ${typed}`);
    expect(await typedAgain(reproducingArguments(config)!, config.out)).toEqual(config);
  });

  test("is of any run that the command line can begin", async () => {
    const values = {
      weights: ["imagenet", "small", "/w.safetensors"],
      strategy: ["auto", "feature-extraction", "fine-tuning", "hybrid"],
      epochs: [3, [2, 4]],
      learningRate: [1e-5, [0.1, 1e-7]],
      schedule: ["constant", "plateau"],
      warmup: [0, 0.25],
      optimizer: ["adam", "adamw", "sgd", "rmsprop"],
      optimizerDefinition: ["pytorch", "tensorflow1"],
      weightDecay: [0, 0.01],
      batchNorm: ["train"],
      blockDecay: [0.5],
      dropout: [0.2],
      labelSmoothing: [0.1],
      clipNorm: [1],
      best: ["loss"],
      validation: [0.3],
      cachePrecision: ["float32"],
      checkpointsKept: [5],
    };
    const names = Object.keys(values) as (keyof typeof values)[];
    let [made, draw] = [0, 1];
    const next = (most: number) => (draw = (draw * 48271) % 2147483647) % most;
    while (made < 60) {
      const some = names.filter(() => next(3) === 0).map((name) => [name, values[name][next(values[name].length)]]);
      try {
        const config = configOf(Object.fromEntries(some), "train");
        made++;
        const words = reproducingArguments(config);
        expect(words, JSON.stringify(some)).not.toBeNull();
        expect(await typedAgain(words!, config.out)).toEqual(config);
      } catch (error) {
        if (!(error as { code?: string }).code?.startsWith("opti")) throw error; // options that do not go together
      }
    }
  });

  test("of a head that was fitted anew is a refit", () => {
    const config = { ...configOf({}, "train"), corrections: false };
    const command = reproducingCommand({ config, refitOf: "/runs/first" });
    expect(command).toBe("reinception refit /runs/first --no-corrections --threads 3");
  });

  test("is none where a program has said what no command line says", () => {
    const strategy = hybrid();
    const twice = { ...strategy, stages: [...strategy.stages, ...strategy.stages] };
    expect(reproducingCommand({ config: configOf({ strategy: twice }, "train") })).toBeNull();
    const beta = featureExtraction({ optimizer: { name: "adam", definition: "keras", beta1: 0.8 } });
    expect(reproducingCommand({ config: configOf({ strategy: beta }, "train") })).toBeNull();
    expect(reproducingCommand({ config: configOf({ strategy: fineTuning() }, "train") })).not.toBeNull();
  });
});

// Windows has no shell of this kind
test.skipIf(process.platform === "win32")("words come out of a shell as they went in", () => {
  const data = [
    "/a b",
    "/it's",
    '/"quoted"',
    "/$HOME/`id`",
    "/back\\slash",
    "/new\nline",
    "/!x",
    "/ends\\",
    "/*?[a]~",
    "/ü 猫",
  ];
  const command = reproducingCommand({ config: configOf({ data }, "train") })!;
  const print = `${process.execPath} -e 'console.log(JSON.stringify(process.argv.slice(1)))' --`;
  const words = execFileSync("/bin/sh", ["-c", command.replace("reinception", () => print)], { encoding: "utf8" });
  expect(JSON.parse(words)).toEqual(["train", ...data, "--threads", "3"]);
});
