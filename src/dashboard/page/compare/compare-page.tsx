// Two to six runs side by side: their numbers, their curves over one another, and the options in which they differ.

import type { RunDetail } from "../../api.ts";
import { runPath } from "../address.ts";
import { Card } from "../parts/card.tsx";
import { Empty } from "../parts/empty.tsx";
import { Link } from "../parts/link.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { Table } from "../parts/table.tsx";
import { useTitle } from "../use-address.ts";
import { count, duration, lossText, percent, points, signed, sizeInBytes } from "../words.ts";
import { bestOf, type Measure, measures, mostCompared, namesIn, optionsThatDiffer, sameData } from "./compared.ts";
import { ComparedCurves } from "./compared-curves.tsx";
import { useAll } from "./use-all.ts";

export function ComparePage({ query }: { readonly query: URLSearchParams }) {
  useTitle("Compare");
  const names = namesIn(query.get("runs")).slice(0, mostCompared);
  const outcomes = useAll<RunDetail>(names.map((name) => `runs/${encodeURIComponent(name)}`));
  const details = outcomes?.flatMap(({ value }) => (value === undefined ? [] : [value])) ?? [];
  return (
    <>
      <p class="crumbs">
        <Link to="/">Runs</Link>
        <span aria-hidden="true">/</span>
      </p>
      <h1>Compare {names.length} runs</h1>
      {outcomes === undefined && <Skeleton lines={8} />}
      {outcomes?.map(({ problem }) => problem && <Problem key={problem.message} problem={problem} />)}
      {outcomes !== undefined && details.length < 2 && (
        <Empty title="There is nothing to compare yet">
          <Link class="button" to="/">
            Choose two runs or more
          </Link>
        </Empty>
      )}
      {details.length >= 2 && (
        <div class="cards">
          <Numbers details={details} />
          <ComparedCurves runs={details.map(({ row }) => row.name)} />
          <Options details={details} />
        </div>
      )}
    </>
  );
}

const texts: { readonly [Kind in Measure["kind"]]: (value: number) => string } = {
  share: percent,
  loss: lossText,
  seconds: duration,
  bytes: sizeInBytes,
  count,
};

function Numbers({ details }: { readonly details: readonly RunDetail[] }) {
  const first = details[0]!.row.name;
  return (
    <Card
      title="Numbers"
      note={
        sameData(details)
          ? `Differences are to ${first}. All were judged on the same pictures.`
          : `Differences are to ${first}. Not all were judged on the same pictures, so their numbers say less.`
      }
      wide
    >
      <Table
        caption="Numbers"
        columns={[{ title: "Measure" }, ...details.map(({ row }) => ({ title: row.name, number: true }))]}
        titles={details.map(({ row }) => (
          <Link key={row.name} to={runPath(row.name)}>
            {row.name}
          </Link>
        ))}
        rows={measures.map((measure) => [measure.name, ...cellsOf(measure, details.map(measure.of))])}
      />
    </Card>
  );
}

function cellsOf(measure: Measure, values: readonly (number | null)[]) {
  const best = bestOf(values, measure.better);
  return values.map((value, at) =>
    value === null ? (
      "–"
    ) : (
      <span key={at}>
        {best.includes(at) && <span class="badge">best</span>} {texts[measure.kind](value)}
        {at > 0 && values[0] !== null && value !== values[0] && (
          <span class="sub">{differenceOf(measure, value - values[0]!)}</span>
        )}
      </span>
    ),
  );
}

function differenceOf({ kind }: Measure, difference: number): string {
  if (kind === "share") return `${points(difference)} points`;
  if (kind === "loss") return signed(difference, 3);
  const text = texts[kind](Math.abs(difference));
  return `${difference > 0 ? "+" : "−"}${text}`;
}

function Options({ details }: { readonly details: readonly RunDetail[] }) {
  const differing = optionsThatDiffer(details);
  return (
    <Card title="Options that differ" wide>
      {differing.length === 0 ? (
        <p class="note">None: all runs were asked for with the same options.</p>
      ) : (
        <Table
          caption="Options that differ"
          columns={[{ title: "Option" }, ...details.map(({ row }) => ({ title: row.name }))]}
          rows={differing.map(({ name, values }) => [name, ...values.map((value) => (value === "" ? "–" : value))])}
        />
      )}
    </Card>
  );
}
