// What a screen reader is told. An answer to what a user did is said at once; the progress of a run at most every ten
// seconds, and then only the latest of it.

import { nowMs } from "../../clock.ts";

export interface Voice {
  /** An answer to what was just done. */
  answer(text: string): void;
  /** News that come by themselves. */
  news(text: string): void;
}

export const secondsBetweenNews = 10;

interface Outside {
  readonly say: (text: string) => void;
  readonly clock?: () => number;
  readonly later?: (act: () => void, ms: number) => void;
}

export function openVoice({ say, clock = nowMs, later = setTimeout }: Outside): Voice {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let waiting: string | undefined;
  const speak = (text: string) => {
    saidAtMs = clock();
    say(text);
  };
  return {
    answer: speak,
    news(text) {
      const leftMs = saidAtMs + secondsBetweenNews * 1000 - clock();
      if (waiting === undefined && leftMs <= 0) return speak(text);
      if (waiting === undefined)
        later(() => {
          const latest = waiting!;
          waiting = undefined;
          speak(latest);
        }, leftMs);
      waiting = text;
    },
  };
}

const listeners = new Set<(text: string) => void>();

/** The page's own voice; whoever shows it listens. */
export const voice = openVoice({ say: (text) => listeners.forEach((listen) => void listen(text)) });

export function listenToVoice(listen: (text: string) => void): () => void {
  listeners.add(listen);
  return () => listeners.delete(listen);
}
