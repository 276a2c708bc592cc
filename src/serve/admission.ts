// Who is let in: so many pictures and bytes at once and no more, each for so long and no longer. Who does not fit hears at
// once when to come again, instead of waiting for what does not come. Classifies nothing.

import { fail, problem } from "../errors.ts";

export interface AdmissionLimits {
  /** Pictures that wait or are under way. */
  readonly pictures: number;
  /** Of bodies that are read or wait. */
  readonly bytes: number;
  /** Longest time for an answer. */
  readonly seconds: number;
}

/** One request, from its first byte to its answer. */
export interface Visit {
  /** Counts bytes that have arrived. Throws serve/busy. */
  arrived(bytes: number): void;
  /**
   * Does the work while its pictures count.
   *
   * @param gone - says that whoever asked has left
   * @throws serve/busy, serve/too-late, serve/gone
   */
  during<T>(pictures: number, gone: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Gives back its bytes. */
  leave(): void;
}

export interface Admission {
  enter(): Visit;
  /** Pictures that wait or are under way. */
  readonly pictures: number;
  /** Seconds after which there should be room again. */
  readonly wait: number;
  /** Hears of pictures that were done, for the estimate. */
  done(pictures: number, seconds: number): void;
}

const longestWait = 60;

export function openAdmission(limits: AdmissionLimits): Admission {
  let [pictures, bytes] = [0, 0];
  let secondsEach = 0;
  const wait = () => Math.min(longestWait, Math.max(1, Math.ceil(pictures * secondsEach)));

  async function during<T>(count: number, gone: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (pictures + count > limits.pictures) fail("serve/busy", { limit: `${pictures} pictures`, seconds: wait() });
    const end = new AbortController();
    const leave = () => end.abort(problem("serve/gone", {}));
    const late = () => end.abort(problem("serve/too-late", { seconds: limits.seconds }));
    const timer = setTimeout(late, limits.seconds * 1000);
    gone.addEventListener("abort", leave);
    if (gone.aborted) leave();
    pictures += count;
    try {
      return await work(end.signal);
    } finally {
      pictures -= count;
      clearTimeout(timer);
      gone.removeEventListener("abort", leave);
    }
  }

  return {
    get pictures() {
      return pictures;
    },
    get wait() {
      return wait();
    },
    done(count, seconds) {
      const each = seconds / count;
      secondsEach = secondsEach === 0 ? each : 0.9 * secondsEach + 0.1 * each;
    },
    enter() {
      let own = 0;
      return {
        during,
        arrived(more) {
          if (bytes + more > limits.bytes) fail("serve/busy", { limit: `requests of ${bytes} bytes`, seconds: wait() });
          bytes += more;
          own += more;
        },
        leave() {
          bytes -= own;
          own = 0;
        },
      };
    },
  };
}
