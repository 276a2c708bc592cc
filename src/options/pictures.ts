// Options about pictures: their size, their views, which of them are held back.

import { choice, divided, flag, integer, learning, network, number, text } from "./kinds.ts";

export const pictures = {
  size: integer("PIXELS", "height and width at which pictures enter the network", {
    least: 75,
    most: 4096,
    example: "299",
    otherwise: "that of the weights",
    commands: network,
  }),
  augment: choice(
    ["none", "light", "medium", "strong"],
    "learn from changed pictures: crops and mirror images; other colours too; TrivialAugment, erasing and mixing",
    { default: "light", commands: learning },
  ),
  mixup: number("ALPHA", "blend pictures where the whole network learns, by shares of Beta(ALPHA, ALPHA); 0 for not", {
    least: 0,
    most: 100,
    example: "0.2",
    otherwise: "0.2 for strong, else 0",
    commands: learning,
  }),
  cutmix: number("ALPHA", "put parts of pictures into others there, by shares of Beta(ALPHA, ALPHA); 0 for not", {
    least: 0,
    most: 100,
    example: "1",
    otherwise: "1 for strong, else 0",
    commands: learning,
  }),
  views: integer("N", "versions of each image that are kept where the frozen part runs once", {
    least: 1,
    most: 1000,
    example: "4",
    default: 1,
    commands: learning,
  }),
  validation: number("SHARE", "share of images held back, where the data has no validation folder", {
    default: 0.2,
    above: 0,
    below: 1,
    commands: divided,
  }),
  groupBy: text(
    "PATTERN",
    "what of a name says which pictures stay on one side: (brackets) in a pattern, or 2 for the 2nd folder",
    {
      example: '"([^/]+)-[^/]*$"',
      otherwise: "each by itself",
      commands: divided,
    },
  ),
  corrections: flag("take pictures as they lie there, whatever <data>.corrections.jsonl says of them", {
    default: true,
    commands: [...divided, "refit"],
  }),
  strict: flag("refuse pictures of which some would be left out, or are in two classes", { commands: divided }),
  coverage: number("SHARE", "name for each picture the set of classes that holds the true one so often, as 0.95", {
    above: 0,
    below: 1,
    example: "0.95",
    otherwise: "no sets",
    commands: ["predict"],
  }),
  reject: number(
    "SHARE",
    "reject pictures unlike anything learnt from: farther than all but this share of the held-back ones",
    {
      above: 0,
      below: 1,
      example: "0.01",
      otherwise: "none",
      commands: ["predict"],
    },
  ),
  top: integer("N", "how many classes to name for each picture", { default: 5, least: 1, commands: ["predict"] }),
};
