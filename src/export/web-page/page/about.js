// "What is this model?": what model.json says, as a list of terms.

import { element, textElement } from "./element.js";
import { megabytes, percent } from "./words.js";

/**
 * model.json, written beside the page.
 *
 * @typedef {object} Model
 * @property {readonly string[]} classes
 * @property {{ readonly size: number }} inputFormat
 * @property {string} strategy
 * @property {string} version - of reinception
 * @property {string} dataFingerprint
 * @property {string} parametersHash
 * @property {{ readonly share: number, readonly pictures: number } | null} accuracy
 * @property {{ readonly name: string, readonly sizeBytes: number, readonly sha256: string }} file
 */

/** @param {Model} model */
export function showFacts(model) {
  element("facts", HTMLElement).replaceChildren(
    ...factsOf(model).flatMap(([term, text]) => [textElement("dt", term), textElement("dd", text)]),
  );
}

/**
 * @param {Model} model
 * @returns {(readonly [term: string, text: string])[]}
 */
export function factsOf({ classes, inputFormat, strategy, version, dataFingerprint, accuracy, file }) {
  return [
    ["Network", "Inception-v4, retrained on someone's own pictures"],
    [`Classes (${classes.length})`, classes.join(", ")],
    ...(accuracy === null ? [] : [/** @type {const} */ (["Accuracy", accuracyText(accuracy)])]),
    ["Strategy", strategy],
    ["It sees", `the middle of a picture, at ${inputFormat.size} × ${inputFormat.size} pixels`],
    ["Size", megabytes(file.sizeBytes)],
    ["Made with", `reinception ${version}`],
    ["Training data", `fingerprint ${dataFingerprint.slice(0, 12)}`],
  ];
}

/** @param {{ readonly share: number, readonly pictures: number }} accuracy */
function accuracyText({ share, pictures }) {
  return `${percent(share)} of ${pictures} pictures that it had not learned from`;
}
