// A matrix of confusion that can be walked through: rows are what pictures are, columns what they were called. One cell is a
// stop for the Tab key, arrow keys go on from there, and Enter opens its pictures. Right and wrong differ by a frame as well
// as by colour; how many is written in each cell.

import { useRef, useState } from "preact/hooks";
import { type Cell, cellAfter } from "../run/matrix-cells.ts";
import { go } from "../use-address.ts";
import { counted } from "../words.ts";
import { Link } from "./link.tsx";
import { Scrolling } from "./scrolling.tsx";

interface MatrixProps {
  readonly label: string;
  readonly classes: readonly string[];
  /** `[truth][said]`, images. */
  readonly matrix: readonly (readonly number[])[];
  /** Positions of the classes that are shown. */
  readonly shown: readonly number[];
  /** Where the pictures of a cell are. */
  readonly pathOf: (truth: string, said: string) => string;
  /** What each cell has more than before. */
  readonly more?: readonly (readonly number[])[];
}

export function Matrix({ label, classes, matrix, shown, pathOf, more }: MatrixProps) {
  const [at, setAt] = useState<Cell>({ row: 0, column: 0 });
  const now = useRef(at); // keys can come faster than the page is drawn
  const table = useRef<HTMLTableElement>(null);
  const press = (event: KeyboardEvent) => {
    const [truth, said] = [shown[now.current.row]!, shown[now.current.column]!];
    if (event.key === "Enter" && matrix[truth]![said]! > 0) {
      event.preventDefault();
      return go(pathOf(classes[truth]!, classes[said]!));
    }
    const next = cellAfter(event.key, now.current, shown.length);
    if (next === null) return;
    event.preventDefault();
    table.current?.querySelectorAll<HTMLElement>("tbody td")[next.row * shown.length + next.column]?.focus();
  };
  return (
    <Scrolling label={label} look="matrix-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that is walked through */}
      <table class="matrix" role="grid" aria-label={label} ref={table} onKeyDown={press}>
        <thead>
          <tr>
            <td class="corner">
              <span>is</span> <span>called</span>
            </td>
            {shown.map((said) => (
              <th key={said} scope="col" title={classes[said]}>
                <span>{classes[said]}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((truth, row) => (
            <tr key={truth}>
              <th scope="row" title={classes[truth]}>
                {classes[truth]}
              </th>
              {shown.map((said, column) => (
                <MatrixCell
                  key={said}
                  images={matrix[truth]![said]!}
                  share={matrix[truth]![said]! / Math.max(1, sum(matrix[truth]!))}
                  truth={classes[truth]!}
                  said={classes[said]!}
                  path={pathOf(classes[truth]!, classes[said]!)}
                  more={more?.[truth]?.[said] ?? 0}
                  stop={row === at.row && column === at.column}
                  arrive={() => setAt((now.current = { row, column }))}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

interface MatrixCellProps {
  readonly images: number;
  /** Of the pictures of its row. */
  readonly share: number;
  readonly truth: string;
  readonly said: string;
  readonly path: string;
  readonly more: number;
  /** Whether the Tab key stops here. */
  readonly stop: boolean;
  readonly arrive: () => void;
}

function MatrixCell({ images, share, truth, said, path, more, stop, arrive }: MatrixCellProps) {
  const label = `${counted(images, "picture")} of ${truth} called ${said}${more === 0 ? "" : `, ${moreTold(more)}`}`;
  const look = [truth === said ? "right" : images > 0 ? "wrong" : "none", more === 0 ? "" : "changed"].join(" ");
  return (
    <td class={look} tabIndex={stop ? 0 : -1} onFocus={arrive} style={{ "--share": share.toFixed(3) }}>
      {images === 0 && more === 0 ? (
        <span role="img" aria-label={label}>
          ·
        </span>
      ) : (
        <Link to={path} label={label} skipped>
          {images}
          {more !== 0 && <small>{more > 0 ? `▲${more}` : `▼${-more}`}</small>}
        </Link>
      )}
    </td>
  );
}

function moreTold(more: number): string {
  return more > 0 ? `${more} more than before` : `${-more} fewer than before`;
}

function sum(row: readonly number[]): number {
  return row.reduce((total, images) => total + images, 0);
}
