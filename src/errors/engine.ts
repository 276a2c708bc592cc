// What can go wrong in the engine, and with ONNX files.

import type { Sentence } from "./words.ts";

export const engineErrors = {
  "engine/crashed": ({ how, lastWords }: { how: string; lastWords: string }) => ({
    found: `the engine's process ended without a result (${how})${lastWords === "" ? "." : `:\n${lastWords}`}`,
    fix: "If memory ran out, try a smaller --batch-size, fewer unfrozen layers or a smaller --size.",
  }),
  "engine/classifier-crashed": ({ how, lastWords }: { how: string; lastWords: string }) => ({
    found: `the process that classifies ended with pictures in hand (${how})${lastWords === "" ? "." : `:\n${lastWords}`}`,
    fix: "Ask again: the next request starts a fresh one. If memory ran out, send fewer or smaller pictures at once.",
  }),
  "onnx/damaged": ({ what }: { what: string }) => ({
    found: `the file is no ONNX model that can be read: ${what}.`,
    fix: "Take it anew from where it was made; it may have been cut off on the way.",
  }),
  "onnx/not-read": ({ what }: { what: string }) => ({
    found: `the ONNX model has ${what}, which is not read here.`,
    fix: "Give the model.onnx of a run.",
  }),
  "onnx/external-data": ({ name }: { name: string }) => ({
    found: `"${name}" of the ONNX model lies in another file beside it, and no file is opened but the one that is given.`,
    fix: 'Write it as one file with Python: python3 -c \'import onnx; onnx.save(onnx.load("model.onnx"), "whole.onnx")\'',
  }),
  "onnx/not-opened": ({ reason }: { reason: string }) => ({
    found: `the engine does not take this file as an ONNX model: ${reason.replace(/[.\s]+$/, "")}.`,
    fix: "Give the model.onnx of a run; if it is one, take it anew from where it was made.",
  }),
} satisfies Record<string, (details: never) => Sentence>;
