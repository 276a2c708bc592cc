// reinception report: draws the page of a run and says where it lies.

import { writeReport } from "../index.ts";
import { counted, printable, sizeInBytes } from "../words.ts";
import type { Action } from "./commands.ts";
import { follow } from "./follow.ts";
import { shortPath } from "./paths.ts";

export const report: Action = async ([run = ""], { json, threads }) => {
  const job = writeReport({ run, threads });
  const signalled = await follow(job);
  const written = await job.result;
  if (json === true) console.log(JSON.stringify(written));
  else {
    const { path, sizeBytes, pictures, problem } = written;
    console.log(`${shortPath(path)}   ${sizeInBytes(sizeBytes)}, ${counted(pictures, "picture")}`);
    if (problem !== null) console.log(`note: pictures: ${printable(problem)}`);
  }
  return signalled ?? 0;
};
