// A table of text and numbers, as most tables are.

import type { ComponentChildren } from "preact";
import { Scrolling } from "./scrolling.tsx";

export interface Column {
  readonly title: string;
  readonly number?: boolean;
}

interface TableProps {
  /** What it is a table of, where no heading stands above it. */
  readonly caption?: string;
  readonly columns: readonly Column[];
  /** What stands over the columns behind the first, where it is more than their titles. */
  readonly titles?: readonly ComponentChildren[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly ComponentChildren[])[];
}

export function Table({ caption, columns, titles, rows }: TableProps) {
  const look = (column: number) => (columns[column]?.number ? "number" : "");
  return (
    <Scrolling label={caption ?? "Table"}>
      <table>
        {caption !== undefined && <caption class="unseen">{caption}</caption>}
        <thead>
          <tr>
            {columns.map(({ title }, column) =>
              title === "" ? (
                <td key={title} />
              ) : (
                <th key={title} scope="col" class={look(column)}>
                  {titles?.[column - 1] ?? title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th key={columns[column]?.title} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={columns[column]?.title} class={look(column)}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
