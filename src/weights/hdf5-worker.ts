// Runs in a worker thread: reads one HDF5 file after the other and sends back what is in it. The library is loaded here
// and nowhere else, in its build for browsers: that one has a file system in memory, so no link, external storage or
// plugin that a file names can lead to this machine's files.

import { parentPort } from "node:worker_threads";
import { type Hdf5Answer, type Hdf5Request, readHdf5File } from "./hdf5-file.ts";
import { boundWasmMemory } from "./wasm-memory.ts";

/** One tensor at a time passes through it, and the largest of Inception-v4's has 6 MB. */
const mostMemoryBytes = 2 ** 29;

boundWasmMemory(mostMemoryBytes);
silence();
const { ready } = await import("h5wasm");
const hdf5 = await ready;
const port = parentPort!;

port.postMessage({ content: { tensors: new Map(), others: new Map(), texts: new Map() } } satisfies Hdf5Answer); // ready
port.on("message", (request: Hdf5Request) => {
  const answer = answerTo(request);
  const tensors = "content" in answer ? [...answer.content.tensors.values()] : [];
  port.postMessage(
    answer,
    tensors.map(({ values }) => values.buffer as ArrayBuffer),
  );
});

function answerTo({ bytes, wishes }: Hdf5Request): Hdf5Answer {
  try {
    return { content: readHdf5File(hdf5, bytes, wishes) };
  } catch (error) {
    // Traps, exceptions of C++ and the like have other names, and leave the library in an unknown state.
    if (error instanceof Error && error.name === "Error") return { reason: error.message, broken: false };
    return { reason: `the library for HDF5 broke over it (${String(error)})`, broken: true };
  }
}

/** The library writes every inner error to the console, which is not this thread's to write to. */
function silence(): void {
  console.log = () => {};
  console.error = () => {};
  console.warn = () => {};
}
