// Several answers of the server at once, each of which may be a problem of its own.

import { useEffect, useState } from "preact/hooks";
import { ask, type Outcome } from "../ask.ts";

/** Undefined until all are there. @param paths - below /api */
export function useAll<T>(paths: readonly string[]): readonly Outcome<T>[] | undefined {
  const [outcomes, setOutcomes] = useState<readonly Outcome<T>[] | undefined>();
  const all = paths.join(" ");
  useEffect(() => {
    const letGo = new AbortController();
    const asked = all === "" ? [] : all.split(" ");
    void Promise.all(asked.map((path) => ask<T>(path, letGo.signal))).then(
      (outcomes) => letGo.signal.aborted || setOutcomes(outcomes),
    );
    return () => letGo.abort();
  }, [all]);
  return outcomes;
}
