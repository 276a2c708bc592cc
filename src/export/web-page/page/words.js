// What the page says, as pure text: numbers as people read them, and a sentence for each thing that can go wrong, with a
// way out.

/**
 * "93.2 %", and never "0.0 %" or "100.0 %" for what is only nearly so.
 *
 * @param {number} share - from 0 to 1
 */
export function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1 %";
  if (share < 1 && share >= 0.9995) return "> 99.9 %";
  return `${(share * 100).toFixed(1)} %`;
}

/**
 * "85.3 MB"
 *
 * @param {number} bytes
 */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * "0.42 s", "12.0 s"
 *
 * @param {number} milliseconds
 */
export function seconds(milliseconds) {
  const value = milliseconds / 1000;
  return `${value < 1 ? value.toFixed(2) : value.toFixed(1)} s`;
}

/**
 * Names and probabilities, the most probable first; equal ones in the model's order.
 *
 * @param {readonly string[]} names
 * @param {ArrayLike<number>} probabilities
 */
export function ranked(names, probabilities) {
  return names
    .map((name, at) => ({ name, probability: probabilities[at] ?? 0 }))
    .sort((a, b) => b.probability - a.probability);
}

/** What can go wrong with a picture or the camera, in the words that are shown. */
export const problems = {
  /** @param {string} name */
  noPicture: (name) => `“${name}” is not a picture that this browser can read. JPEG, PNG and WebP always are.`,
  /** @param {string} name */
  damaged: (name) => `“${name}” is damaged or incomplete. Try another copy of it.`,
  /** @param {string} name @param {number} width @param {number} height */
  tooLarge: (name, width, height) =>
    `“${name}” has ${width} × ${height} pixels. Make it smaller: more than 100 million are not read.`,
  nothingDropped: "No picture file was in what you dropped. Save the picture first, then drop the file.",
  nothingPasted: "No picture is in the clipboard. Copy one first, then paste it here.",
  insecureCamera:
    "Browsers give the camera only to pages from https:// or http://localhost. Serve this page that way, or choose a picture.",
  cameraRefused: "The camera was not allowed. Allow it for this page in the browser's settings, then try again.",
  noCamera: "No camera was found. Connect one, or choose a picture.",
  cameraBusy: "The camera is used by another program. Close that program, then try again.",
};

/**
 * The sentence for an error of `getUserMedia`.
 *
 * @param {unknown} error
 */
export function cameraProblem(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return problems.cameraRefused;
  if (name === "NotFoundError" || name === "OverconstrainedError") return problems.noCamera;
  if (name === "NotReadableError" || name === "AbortError") return problems.cameraBusy;
  return `The camera did not start: ${reasonOf(error)}.`;
}

/**
 * @param {unknown} error
 * @returns {string} without the full stop
 */
export function reasonOf(error) {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
