import { expect, test } from "vitest";
import { openVoice, secondsBetweenNews } from "./saying.ts";

/** A voice with a clock that is moved by hand. */
function voiceByHand() {
  let nowMs = 0;
  const said: { readonly text: string; readonly second: number }[] = [];
  const waiting: { readonly act: () => void; readonly atMs: number }[] = [];
  const voice = openVoice({
    say: (text) => said.push({ text, second: nowMs / 1000 }),
    clock: () => nowMs,
    later: (act, ms) => waiting.push({ act, atMs: nowMs + ms }),
  });
  const wait = (seconds: number) => {
    nowMs += seconds * 1000;
    for (const due of waiting.splice(0)) due.atMs <= nowMs ? due.act() : waiting.push(due);
  };
  return { voice, said, wait };
}

test("news of every second are said every ten seconds, and only the latest of them", () => {
  const { voice, said, wait } = voiceByHand();
  for (let second = 0; second < 35; second++) {
    voice.news(`epoch ${second}`);
    wait(1);
  }
  expect(said.map(({ second }) => second)).toEqual([0, 10, 20, 30]);
  expect(said.map(({ text }) => text)).toEqual(["epoch 0", "epoch 9", "epoch 19", "epoch 29"]);
});

test("an answer is said at once, and news wait for as long after it", () => {
  const { voice, said, wait } = voiceByHand();
  voice.news("one");
  wait(1);
  voice.answer("two");
  voice.answer("three");
  voice.news("four");
  wait(secondsBetweenNews);
  expect(said.map(({ text }) => text)).toEqual(["one", "two", "three", "four"]);
});
