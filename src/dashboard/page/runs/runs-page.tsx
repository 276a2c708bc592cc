// All runs of the folder: searched, filtered and sorted by the server, a page at a time, and chosen for comparison. While one
// of them is at work the list is asked for again now and then.

import { useEffect, useState } from "preact/hooks";
import { type RunList, type RunSort, type RunState, runSorts } from "../../api.ts";
import { changedQuery, withQuery } from "../address.ts";
import { Command } from "../parts/copy.tsx";
import { Empty } from "../parts/empty.tsx";
import { Link } from "../parts/link.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { go, useTitle } from "../use-address.ts";
import { useAsked } from "../use-asked.ts";
import { count, counted } from "../words.ts";
import { CompareBar } from "./compare-bar.tsx";
import { RunFilters } from "./run-filters.tsx";
import { RunTable } from "./run-table.tsx";

const shownAtOnce = 50;
const secondsBetween = 5;

export interface Wanted {
  readonly search: string;
  readonly state: RunState | "";
  readonly sort: RunSort;
  readonly order: "up" | "down";
}

/** What the query asks for; what it does not say is the latest first. */
function wantedIn(query: URLSearchParams): Wanted {
  const sort = runSorts.find((sort) => sort === query.get("sort")) ?? "started";
  return {
    search: query.get("search") ?? "",
    state: (query.get("state") ?? "") as RunState | "",
    sort,
    order: query.get("order") === "up" ? "up" : "down",
  };
}

export function RunsPage({ query }: { readonly query: URLSearchParams }) {
  useTitle("Runs");
  const wanted = wantedIn(query);
  const [limit, setLimit] = useState(shownAtOnce);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const list = useAsked<RunList>(withQuery("runs", { ...wanted, offset: 0, limit }));
  useAgainWhileRunning(list.value, list.again);
  const want = (changes: Partial<Wanted>) => {
    setLimit(shownAtOnce);
    go(withQuery("/", changedQuery(query, changes)), { quietly: true });
  };
  const { value, problem } = list;
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Runs</h1>
          <p class="note">{value === undefined ? "\u00a0" : toldOf(value)}</p>
        </div>
        <Link class="button primary" to="/new">
          New run
        </Link>
      </div>
      {problem && <Problem problem={problem} again={list.again} />}
      {value?.all === 0 ? (
        <NoRuns />
      ) : (
        <>
          <RunFilters wanted={wanted} want={want} />
          {value === undefined ? problem === undefined && <Skeleton lines={8} /> : null}
          {value !== undefined && value.runs.length === 0 && (
            <Empty title="No run is like that">
              <button type="button" onClick={() => want({ search: "", state: "" })}>
                Show all {count(value.all)}
              </button>
            </Empty>
          )}
          {value !== undefined && value.runs.length > 0 && (
            <RunTable runs={value.runs} wanted={wanted} want={want} chosen={chosen} choose={setChosen} />
          )}
          {value !== undefined && value.runs.length < value.total && (
            <p class="more">
              <button type="button" onClick={() => setLimit(limit + 2 * shownAtOnce)} disabled={list.asking}>
                Show more
              </button>
              <span class="note">
                {count(value.runs.length)} of {count(value.total)}
              </span>
            </p>
          )}
        </>
      )}
      <CompareBar chosen={chosen} choose={setChosen} />
    </>
  );
}

function toldOf({ all, total, runs }: RunList): string {
  const running = runs.filter(({ state }) => state === "running").length;
  const parts = [total === all ? counted(all, "run") : `${count(total)} of ${counted(all, "run")}`];
  if (running > 0) parts.push(`${count(running)} at work`);
  return parts.join(", ");
}

function useAgainWhileRunning(list: RunList | undefined, again: () => void): void {
  const running = list?.runs.some(({ state }) => state === "running") ?? false;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => document.visibilityState === "visible" && again(), secondsBetween * 1000);
    return () => clearInterval(timer);
  }, [running, again]);
}

function NoRuns() {
  return (
    <Empty icon="folder" title="No runs yet">
      <p>
        A run trains the network on a folder of pictures, with a folder inside for each class.{" "}
        <Link to="/new">Start one here</Link>, or in a terminal:
      </p>
      <Command text="reinception train photos --dashboard" />
    </Empty>
  );
}
