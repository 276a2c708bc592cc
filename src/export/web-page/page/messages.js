// What the page and its worker say to each other: types alone.

/** @typedef {{ type: "load", sizeBytes: number }} Load */
/** @typedef {{ type: "classify", id: number, width: number, height: number, rgb: Uint8Array }} Classify */
/** @typedef {{ type: "progress", share: number }} Progress */
/** @typedef {{ type: "ready", threads: number }} Ready */
/** @typedef {{ type: "refused", reason: string }} Refused */
/** @typedef {{ type: "answer", id: number, probabilities: Float32Array, milliseconds: number }} Answered */
/** @typedef {{ type: "stopped", id: number, reason: string }} Stopped */

/** @typedef {Load | Classify} ToWorker */
/** @typedef {Progress | Ready | Refused | Answered | Stopped} FromWorker */

export {};
