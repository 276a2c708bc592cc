// Which runs are shown, and on a phone, where the table has no room for its headings, in which order.

import { useEffect, useState } from "preact/hooks";
import { type RunSort, type RunState, runSorts } from "../../api.ts";
import { Select } from "../parts/select.tsx";
import { sentence } from "../words.ts";
import type { Wanted } from "./runs-page.tsx";

const states: readonly RunState[] = ["running", "finished", "stopped", "interrupted", "damaged"];
const waitMs = 200;

interface RunFiltersProps {
  readonly wanted: Wanted;
  readonly want: (changes: Partial<Wanted>) => void;
}

export function RunFilters({ wanted, want }: RunFiltersProps) {
  const [typed, setTyped] = useState(wanted.search);
  // asked when typing rests
  useEffect(() => {
    if (typed === wanted.search) return;
    const timer = setTimeout(() => want({ search: typed }), waitMs);
    return () => clearTimeout(timer);
  }, [typed]);
  // follows what is wanted elsewhere, as by "Show all"
  useEffect(() => setTyped(wanted.search), [wanted.search]);
  return (
    <search class="filters">
      <label class="grow">
        <span>Search</span>
        <input
          type="search"
          value={typed}
          placeholder="Name, strategy or class"
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <Select
        label="State"
        value={wanted.state}
        choices={[["", "All states"], ...states.map((state) => [state, sentence(state)] as const)]}
        choose={(state) => want({ state: state as RunState | "" })}
      />
      <Select
        label="Sort by"
        look="only-narrow"
        value={wanted.sort}
        choices={runSorts.map((sort) => [sort, sentence(sort)])}
        choose={(sort) => want({ sort: sort as RunSort, order: firstOrder(sort as RunSort) })}
      />
    </search>
  );
}

/** The order in which a column is of most use: the latest, the best, and A before B. */
export function firstOrder(sort: RunSort): Wanted["order"] {
  return sort === "started" || sort === "accuracy" ? "down" : "up";
}
