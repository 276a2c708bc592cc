// A chart with its numbers: the picture, and the same as a table, which is made when it is opened.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Cell, Chart } from "../../../report/charts/chart.ts";
import { Table } from "./table.tsx";

interface ChartFigureProps {
  readonly chart: Chart;
  /** Whether its title stands above it already. */
  readonly titled?: boolean;
}

export function ChartFigure({ chart, titled = false }: ChartFigureProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const { markup } = chart.picture;
  useEffect(() => {
    // parsed as a drawing and not as a document: nothing in it could run
    const drawn = new DOMParser().parseFromString(markup, "text/html").querySelector("svg");
    place.current?.replaceChildren(...(drawn === null ? [] : [drawn]));
  }, [markup]);
  return (
    <figure class="chart-figure">
      <figcaption class={titled ? "unseen" : ""}>{chart.title}</figcaption>
      <div ref={place} />
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Numbers</summary>
        {open && (
          <>
            <p class="note">{chart.summary}</p>
            <Table
              caption={chart.title}
              columns={chart.table.columns.map((title, at) => ({ title, number: isNumber(chart.table.rows[0]?.[at]) }))}
              rows={chart.table.rows.map((row) => row.map(shownAs))}
            />
          </>
        )}
      </details>
    </figure>
  );
}

function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === "object";
}

function shownAs(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.shown;
}
