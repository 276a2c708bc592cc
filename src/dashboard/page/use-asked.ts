// What the server says of a path, as state. What was known stays while the next is on its way, so that nothing flickers; an
// answer that nobody waits for any more is let go.

import { useCallback, useEffect, useState } from "preact/hooks";
import type { Problem } from "../api.ts";
import { ask } from "./ask.ts";

export interface Asked<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  readonly asking: boolean;
  /** Asks once more. */
  readonly again: () => void;
}

/** @param path - below /api; null asks for nothing yet */
export function useAsked<T>(path: string | null): Asked<T> {
  const [known, setKnown] = useState<{ value?: T | undefined; problem?: Problem | undefined }>({});
  const [asking, setAsking] = useState(path !== null);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const letGo = new AbortController();
    setAsking(true);
    void ask<T>(path, letGo.signal).then((outcome) => {
      if (letGo.signal.aborted) return;
      setKnown(({ value }) => ({ value: outcome.value ?? value, problem: outcome.problem }));
      setAsking(false);
    });
    return () => letGo.abort();
  }, [path, times]);
  const again = useCallback(() => setTimes((times) => times + 1), []);
  return { value: known.value, problem: known.problem, asking, again };
}
