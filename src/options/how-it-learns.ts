// Options that say how it learns: optimizer, schedule, regularisation.

import { choice, duration, flag, integer, learning, list, number, share, staged, texts } from "./kinds.ts";

export const howItLearns = {
  budget: duration(
    "TIME",
    "time for trials of what to unfreeze and how fast to learn, before the best of them is taken",
    {
      default: "10m",
      commands: learning,
    },
  ),
  epochs: list(
    "N[,N]",
    "passes over the images, for every stage or for each; to tune, those to try, or a range such as 2..18",
    {
      of: "integer",
      least: 1,
      example: "10",
      otherwise: "10; 5,5 for hybrid",
      commands: [...staged, "resume"],
    },
  ),
  batchSize: integer("N", "images in a step", { default: 32, least: 1, most: 65536, commands: learning }),
  learningRate: list(
    "RATE[,RATE]",
    "at the start of every stage or of each; to tune, those to try, or a range such as 1e-4..1e-2",
    {
      of: "number",
      above: 0,
      example: "1e-3",
      commands: staged,
      otherwise: "1e-2 for the head alone, else 1e-3",
    },
  ),
  schedule: choice(
    ["constant", "cosine", "step", "exponential", "plateau"],
    "how the learning rate falls in a stage; plateau: to a tenth after 2 epochs without a lower held-out loss",
    { default: "cosine", commands: staged },
  ),
  warmup: number("SHARE", "share of a stage in which the learning rate rises from 0", {
    default: 0.1,
    least: 0,
    below: 1,
    commands: staged,
  }),
  optimizer: choice(["adam", "adamw", "sgd", "rmsprop"], "how gradients change parameters", {
    default: "adam",
    commands: staged,
  }),
  optimizerDefinition: choice(
    ["keras", "pytorch", "tensorflow1"],
    "whose definition of the optimizer; tensorflow1 has rmsprop only",
    { default: "keras", commands: staged },
  ),
  momentum: number("SHARE", "of sgd and rmsprop", {
    least: 0,
    below: 1,
    example: "0.9",
    otherwise: "0",
    commands: staged,
  }),
  nesterov: flag("let sgd look ahead along its momentum", { commands: staged }),
  weightDecay: number("RATE", "how fast kernels shrink, in the sense of the optimizer's definition", {
    least: 0,
    example: "1e-4",
    otherwise: "the optimizer's own",
    commands: staged,
  }),
  l2: number("FACTOR", "adds this factor times the squared kernels to the loss", {
    default: 0,
    least: 0,
    commands: learning,
  }),
  dropout: number("SHARE", "share of what enters the head's last layer that is left out while learning", {
    default: 0,
    least: 0,
    below: 1,
    commands: learning,
  }),
  labelSmoothing: number("SHARE", "share of the target that is spread over all classes", {
    default: 0,
    least: 0,
    below: 1,
    commands: learning,
  }),
  balance: choice(
    ["none", "weights", "sampling", "adjust"],
    "let rare classes count as much: by weights in the loss, by drawing them as often for the head, by logit adjustment",
    { default: "none", commands: learning },
  ),
  clipNorm: number("NORM", "largest norm of the gradient", {
    above: 0,
    example: "1",
    otherwise: "no limit",
    commands: learning,
  }),
  blockDecay: number("FACTOR", "learning rate of a block, as a share of the next block's", {
    default: 1,
    above: 0,
    most: 1,
    commands: staged,
  }),
  ema: number(
    "SHARE",
    "judge and keep a moving average of the parameters: its share that stays in a step; 0.99 has a half-life of 69 steps",
    { above: 0, below: 1, example: "0.99", otherwise: "no average", commands: staged },
  ),
  patience: integer("EPOCHS", "end a stage after so many epochs without a better result", {
    least: 1,
    example: "3",
    otherwise: "no early end",
    commands: staged,
  }),
  best: choice(["loss", "accuracy"], "which held-out result says which epoch is kept", {
    default: "accuracy",
    commands: learning,
  }),
  retain: choice(
    ["none", "l2-sp", "lwf", "ldifs", "rehearsal"],
    "hold the network to what it knew: by its parameters, its answers, its averages, or pictures of --source; a step takes up to twice as long",
    { default: "none" },
  ),
  retainStrength: number(
    "N",
    "how much: pull of a step; factors of the loss; for rehearsal pictures beside each of yours",
    {
      above: 0,
      most: 1e6,
      example: "1",
      otherwise: "l2-sp 0.01, lwf 8, ldifs 1, rehearsal 1",
    },
  ),
  source: texts("DIR", "pictures of what the weights were trained on, to see what is forgotten; once for each", {
    example: "imagenet-validation",
    otherwise: "none; what is forgotten is read off your own pictures",
    commands: learning,
  }),
  maxForgetting: share(
    "SHARE",
    "most that may be forgotten; the network is moved back towards the original till it fits",
    {
      example: "2%",
      otherwise: "no limit",
      commands: learning,
    },
  ),
};
