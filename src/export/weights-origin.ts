// Where a run began, as a model card says it: whose weights, and under which terms they are.

import { basename } from "node:path";
import { isPublished, publishedFile } from "../pretrained/published.ts";
import type { RunRecord } from "../train/run-folder.ts";
import { escaped } from "./markdown.ts";

export interface WeightsOrigin {
  /** Lines of the card's front matter, with Hugging Face's names of licences. */
  readonly frontMatter: readonly string[];
  /** Markdown. */
  readonly began: string;
  /** Markdown. */
  readonly terms: string;
}

const unknown = ["license: unknown"];
const imagenetTerms =
  "They were trained on ImageNet, whose photos are for non-commercial research; what that means for a network trained on them is not settled.";

/** @param record - of the run; undefined where only the model file is known */
export function weightsOrigin(record: RunRecord | undefined): WeightsOrigin {
  if (record === undefined)
    return {
      frontMatter: unknown,
      began: "It is not known with which weights training began.",
      terms: "The weights that training began with have terms of their own, which are not known here.",
    };
  const { weights } = record.config;
  if (weights === "small")
    return {
      frontMatter: ["license: other", "license_name: tiny-imagenet-research-use"],
      began:
        "Training began with the small network that comes with reinception: a quarter of Inception-v4's width, trained on 200 classes of Tiny ImageNet at 64 x 64 pixels.",
      terms:
        "The images of Tiny ImageNet, which the small network was trained on, are for research use; none of them is in this folder.",
    };
  if (weights === "random")
    return {
      frontMatter: unknown,
      began: "Training began with numbers drawn by chance, so nothing was learnt before it.",
      terms: "No weights of others are in the model.",
    };
  if (!isPublished(weights))
    return {
      frontMatter: unknown,
      began: `Training began with a file of weights named "${escaped(basename(weights))}".`,
      terms: "That file of weights has terms of its own, which are not known here.",
    };
  const { title, url, licence } = publishedFile(weights);
  const sha256 = record.weightsFile?.sha256;
  return {
    frontMatter: [`license: ${licence.split(";")[0]!.toLowerCase()}`],
    began: `Training began with ${title}, from <${url}>${sha256 === undefined ? "" : ` (SHA-256 \`${sha256}\`)`}.`,
    terms: `The weights that training began with: ${licence}. ${imagenetTerms}`,
  };
}
