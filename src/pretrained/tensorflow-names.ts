// From the names of TF-slim's Inception-v4 to timm's. TF-slim letters its convolutions by branch and without a rule that
// holds everywhere, so every name is written out. What only training needs is left out; what is not known keeps its name,
// so that a message can say what the file holds.
//
// tensorflow/models, research/slim/nets/inception_v4.py.

import type { NamedTensors, Tensor } from "../models/match-weights.ts";
import { outputsFirst } from "./kernel-axes.ts";

/** timm's name of a convolution within its block, and TF-slim's within its scope. */
type Names = Readonly<Record<string, string>>;

const whole: Names = { "": "" };

const mixed3a: Names = { conv: "Branch_1/Conv2d_0a_3x3" };

const mixed4a: Names = {
  "branch0.0": "Branch_0/Conv2d_0a_1x1",
  "branch0.1": "Branch_0/Conv2d_1a_3x3",
  "branch1.0": "Branch_1/Conv2d_0a_1x1",
  "branch1.1": "Branch_1/Conv2d_0b_1x7",
  "branch1.2": "Branch_1/Conv2d_0c_7x1",
  "branch1.3": "Branch_1/Conv2d_1a_3x3",
};

const mixed5a: Names = { conv: "Branch_0/Conv2d_1a_3x3" };

const inceptionA: Names = {
  branch0: "Branch_0/Conv2d_0a_1x1",
  "branch1.0": "Branch_1/Conv2d_0a_1x1",
  "branch1.1": "Branch_1/Conv2d_0b_3x3",
  "branch2.0": "Branch_2/Conv2d_0a_1x1",
  "branch2.1": "Branch_2/Conv2d_0b_3x3",
  "branch2.2": "Branch_2/Conv2d_0c_3x3",
  "branch3.1": "Branch_3/Conv2d_0b_1x1",
};

const reductionA: Names = {
  branch0: "Branch_0/Conv2d_1a_3x3",
  "branch1.0": "Branch_1/Conv2d_0a_1x1",
  "branch1.1": "Branch_1/Conv2d_0b_3x3",
  "branch1.2": "Branch_1/Conv2d_1a_3x3",
};

const inceptionB: Names = {
  branch0: "Branch_0/Conv2d_0a_1x1",
  "branch1.0": "Branch_1/Conv2d_0a_1x1",
  "branch1.1": "Branch_1/Conv2d_0b_1x7",
  "branch1.2": "Branch_1/Conv2d_0c_7x1",
  "branch2.0": "Branch_2/Conv2d_0a_1x1",
  "branch2.1": "Branch_2/Conv2d_0b_7x1",
  "branch2.2": "Branch_2/Conv2d_0c_1x7",
  "branch2.3": "Branch_2/Conv2d_0d_7x1",
  "branch2.4": "Branch_2/Conv2d_0e_1x7",
  "branch3.1": "Branch_3/Conv2d_0b_1x1",
};

/** The names are those of mixed 4a, the channels are not. */
const reductionB = mixed4a;

const inceptionC: Names = {
  branch0: "Branch_0/Conv2d_0a_1x1",
  branch1_0: "Branch_1/Conv2d_0a_1x1",
  branch1_1a: "Branch_1/Conv2d_0b_1x3",
  branch1_1b: "Branch_1/Conv2d_0c_3x1",
  branch2_0: "Branch_2/Conv2d_0a_1x1",
  branch2_1: "Branch_2/Conv2d_0b_3x1",
  branch2_2: "Branch_2/Conv2d_0c_1x3",
  branch2_3a: "Branch_2/Conv2d_0d_1x3",
  branch2_3b: "Branch_2/Conv2d_0e_3x1",
  "branch3.1": "Branch_3/Conv2d_0b_1x1",
};

/** The scopes of timm's `features.0` to `features.21`. */
const scopes: readonly (readonly [scope: string, names: Names])[] = [
  ["Conv2d_1a_3x3", whole],
  ["Conv2d_2a_3x3", whole],
  ["Conv2d_2b_3x3", whole],
  ["Mixed_3a", mixed3a],
  ["Mixed_4a", mixed4a],
  ["Mixed_5a", mixed5a],
  ["Mixed_5b", inceptionA],
  ["Mixed_5c", inceptionA],
  ["Mixed_5d", inceptionA],
  ["Mixed_5e", inceptionA],
  ["Mixed_6a", reductionA],
  ["Mixed_6b", inceptionB],
  ["Mixed_6c", inceptionB],
  ["Mixed_6d", inceptionB],
  ["Mixed_6e", inceptionB],
  ["Mixed_6f", inceptionB],
  ["Mixed_6g", inceptionB],
  ["Mixed_6h", inceptionB],
  ["Mixed_7a", reductionB],
  ["Mixed_7b", inceptionC],
  ["Mixed_7c", inceptionC],
  ["Mixed_7d", inceptionC],
];

/** Gamma is there only in networks of users who asked TF-slim for it. */
const variables: Names = {
  "conv.weight": "weights",
  "bn.weight": "BatchNorm/gamma",
  "bn.bias": "BatchNorm/beta",
  "bn.running_mean": "BatchNorm/moving_mean",
  "bn.running_var": "BatchNorm/moving_variance",
};

/** timm's name by TF-slim's. */
const timmNames: ReadonlyMap<string, string> = new Map([
  ...scopes.flatMap(([scope, names], stage) =>
    Object.entries(names).flatMap(([name, convolution]) =>
      Object.entries(variables).map(
        ([timm, slim]) =>
          [path("/", "InceptionV4", scope, convolution, slim), path(".", `features.${stage}`, name, timm)] as const,
      ),
    ),
  ),
  ["InceptionV4/Logits/Logits/weights", "last_linear.weight"] as const,
  ["InceptionV4/Logits/Logits/biases", "last_linear.bias"] as const,
]);

/** The classifier that only helps training, the number of the step, and what optimizers and averages keep per variable. */
const onlyForTraining =
  /^InceptionV4\/AuxLogits\/|^global_step$|\/(?:ExponentialMovingAverage|RMSProp\w*|Momentum|Adam\w*)$/;

/** A checkpoint of TF-slim in timm's names and order of axes. */
export function fromTensorflow(tensors: NamedTensors): NamedTensors {
  const timm = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    if (onlyForTraining.test(name)) continue;
    const known = timmNames.get(name);
    timm.set(known ?? name, known === undefined ? tensor : inTimmsOrder(tensor));
  }
  return timm;
}

/** Vectors are copied as well: as views they would keep the whole file in memory for the sake of a few numbers. */
function inTimmsOrder({ shape, values }: Tensor): Tensor {
  return shape.length > 1 ? outputsFirst({ shape, values }) : { shape, values: values.slice() };
}

function path(separator: string, ...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(separator);
}
