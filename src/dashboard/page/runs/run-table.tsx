// The runs as a table. Headings sort; the boxes choose what is compared.

import type { RunRow, RunSort } from "../../api.ts";
import { runPath } from "../address.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Meter } from "../parts/meter.tsx";
import { Scrolling } from "../parts/scrolling.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { between, count, moment, percent } from "../words.ts";
import { firstOrder } from "./run-filters.tsx";
import type { Wanted } from "./runs-page.tsx";

interface RunTableProps {
  readonly runs: readonly RunRow[];
  readonly wanted: Wanted;
  readonly want: (changes: Partial<Wanted>) => void;
  /** Names of those that are to be compared. */
  readonly chosen: readonly string[];
  readonly choose: (names: readonly string[]) => void;
}

export function RunTable({ runs, wanted, want, chosen, choose }: RunTableProps) {
  const toggle = (name: string) =>
    choose(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  const heading = (sort: RunSort, text: string, look = "") => (
    <Heading sort={sort} text={text} look={look} wanted={wanted} want={want} />
  );
  return (
    <Scrolling label="Runs">
      <table class="runs">
        <caption class="unseen">Runs</caption>
        <thead>
          <tr>
            <th scope="col" class="tight">
              <span class="unseen">Compare</span>
            </th>
            {heading("name", "Name")}
            <th scope="col">State</th>
            {heading("strategy", "Strategy", "only-wide")}
            {heading("accuracy", "Accuracy", "number")}
            <th scope="col" class="number only-wide">
              Held out
            </th>
            {heading("started", "Started", "only-wide")}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row key={run.name} run={run} chosen={chosen.includes(run.name)} toggle={toggle} />
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

interface HeadingProps extends Pick<RunTableProps, "wanted" | "want"> {
  readonly sort: RunSort;
  readonly text: string;
  readonly look: string;
}

function Heading({ sort, text, look, wanted, want }: HeadingProps) {
  const sorted = wanted.sort === sort;
  const other = wanted.order === "up" ? "down" : "up";
  return (
    <th scope="col" class={look} aria-sort={sorted ? (wanted.order === "up" ? "ascending" : "descending") : "none"}>
      <button type="button" onClick={() => want({ sort, order: sorted ? other : firstOrder(sort) })}>
        {text}
        {sorted && <Icon name={wanted.order} />}
      </button>
    </th>
  );
}

interface RowProps {
  readonly run: RunRow;
  readonly chosen: boolean;
  readonly toggle: (name: string) => void;
}

function Row({ run, chosen, toggle }: RowProps) {
  const { name, state, strategy, startedAt, accuracy, accuracyInterval, heldOutImages, progress, refitOf } = run;
  const started = startedAt === null ? "" : moment(startedAt);
  return (
    <tr class={chosen ? "chosen" : ""}>
      <td class="tight">
        <label class="target">
          <input type="checkbox" checked={chosen} onChange={() => toggle(name)} aria-label={`Compare ${name}`} />
        </label>
      </td>
      <th scope="row">
        <Link to={runPath(name)}>{name}</Link>
        <span class="sub only-narrow">{[strategy, started].filter(Boolean).join(", ")}</span>
        {refitOf !== null && <span class="sub">head of {refitOf}, fitted anew</span>}
      </th>
      <td>
        <StateMark state={state} />
        {progress !== null && (
          <span class="sub">
            {progress.doing}
            {progress.share !== null && <Meter share={progress.share} label={`Progress of ${name}`} />}
          </span>
        )}
      </td>
      <td class="only-wide">{strategy ?? "–"}</td>
      <td class="number">
        {accuracy === null ? <span class="soft">–</span> : percent(accuracy)}
        {accuracyInterval !== null && <span class="sub">{between(accuracyInterval)}</span>}
      </td>
      <td class="number only-wide">{heldOutImages === null ? "–" : count(heldOutImages)}</td>
      <td class="only-wide">{started}</td>
    </tr>
  );
}
