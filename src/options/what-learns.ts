// Options that say which network learns, and which part of it.

import { choice, integer, learning, list, network, number, staged, text } from "./kinds.ts";

export const whatLearns = {
  weights: text(
    "imagenet|small|random|FILE",
    "where the network starts: timm's, fetched once; the package's own; chance; or a file of weights",
    { default: "imagenet", commands: network },
  ),
  weightsMirror: text(
    "URL",
    "address or folder from which published weights are fetched instead of their publisher's",
    {
      example: "https://mirror.example.org",
      otherwise: "$REINCEPTION_WEIGHTS_MIRROR, if that is set",
      commands: [...learning, "weights pull"],
    },
  ),
  width: number("FACTOR", "channels of a random network, as a multiple of Inception-v4's", {
    default: 1,
    least: 1 / 32,
    most: 4,
    commands: network,
  }),
  strategy: choice(
    ["auto", "feature-extraction", "fine-tuning", "hybrid"],
    "chosen by trials on the held-back pictures; the head alone; the end of the network with it; first one, then the other",
    { otherwise: "auto; hybrid where an option says something of its stages" },
  ),
  unfreeze: text(
    "WHAT",
    'what learns besides the head: "50 layers", "10 convs", "2 blocks", "from mixed_7b", all, none; to tune, several with commas between them',
    { default: "50 layers", commands: [...staged, "inspect"] },
  ),
  head: list("linear|UNITS", "units of the head's hidden layers, or linear for none", {
    of: "integer",
    none: "linear",
    least: 1,
    most: 65536,
    example: "1024",
    otherwise: "1024 for fine-tuning, else linear",
    commands: ["train", "inspect"],
  }),
  batchNorm: choice(["frozen", "train"], "what unfrozen batch norms go by: stored statistics, or those of the batch", {
    default: "frozen",
    commands: [...staged, "inspect"],
  }),
  classes: integer("N", "how many classes the head would tell apart", {
    default: 2,
    least: 2,
    most: 1e6,
    commands: ["inspect"],
  }),
};
