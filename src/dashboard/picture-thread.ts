// Runs in a worker thread: holds what one run's network says of its pictures, finds rows in it, and shows the pictures. All
// that is long or large about them happens here, so the thread that answers requests is free.

import { parentPort, workerData } from "node:worker_threads";
import { fail, ReinceptionError } from "../errors.ts";
import { type AnsweredPicture, inspect, nearestPictures, openShownPictures, readAnswers } from "../index.ts";
import { pictureTable } from "./picture-table.ts";
import type { PictureAnswer, PictureQuestion } from "./run-pictures.ts";

const port = parentPort!;
const run = workerData as string;
let opened: ReturnType<typeof openRun> | undefined;

/** Pictures in memory at a time; the disk and the decoder are shared with whatever else the server does. */
const atOnce = 2;
const line: (() => void)[] = [];
let busy = 0;

port.on(
  "message",
  ({ number, ...question }: { readonly number: number } & PictureQuestion) => void answer(number, question),
);

async function openRun() {
  const [answers, found] = await Promise.all([readAnswers(run), inspect({ target: run })]);
  const suspects = found.kind === "run" ? (found.report?.labelIssues.found ?? []) : [];
  return {
    answers,
    pictures: answers.pictures,
    table: pictureTable(answers, suspects),
    shown: await openShownPictures(run),
  };
}

async function answer(number: number, question: PictureQuestion): Promise<void> {
  try {
    send({ number, value: await answerTo(question) });
  } catch (error) {
    if (error instanceof ReinceptionError) {
      const { code, found, fix } = error;
      send({ number, problem: { code, found, fix } });
    } else send({ number, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function send(message: PictureAnswer): void {
  port.postMessage(message);
}

async function answerTo(question: PictureQuestion): Promise<unknown> {
  opened ??= openRun();
  const { answers, pictures, table, shown } = await opened.catch((error: unknown) => {
    opened = undefined; // what is missing may be there the next time
    throw error;
  });
  switch (question.kind) {
    case "list":
      return table.list(question.query, new Map(question.corrections));
    case "rows":
      return question.ids.map((id) => [table.row(checked(id, pictures), new Map()), pictures[id]!.hash]);
    case "image":
      return inTurn(() => shown.show(pictures[checked(question.id, pictures)]!, question.edge));
    case "bytes":
      return inTurn(() => shown.read(pictures[checked(question.id, pictures)]!));
    case "nearest":
      return nearestPictures(answers, question.features, question.count).map(({ row: id, picture, distance }) => ({
        ...{ id, name: picture.name, class: picture.class, distance },
      }));
  }
}

function checked(id: number, pictures: readonly AnsweredPicture[]): number {
  return pictures[id] === undefined ? fail("dashboard/no-picture", { id: String(id), count: pictures.length }) : id;
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (busy >= atOnce) await new Promise<void>((resolve) => line.push(resolve));
  busy += 1;
  try {
    return await work();
  } finally {
    busy -= 1;
    line.shift()?.();
  }
}
