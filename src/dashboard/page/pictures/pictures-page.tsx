// The pictures of a run and what its network says of them: looked through, corrected many at once, and the head fitted anew
// from what is kept of them.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PictureList, RunDetail, RunRow } from "../../api.ts";
import { changedQuery, runPath, withQuery } from "../address.ts";
import { Empty } from "../parts/empty.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { go } from "../use-address.ts";
import { useAsked } from "../use-asked.ts";
import { count, counted } from "../words.ts";
import { ActionsBar } from "./actions-bar.tsx";
import { CorrectionsBar } from "./corrections-bar.tsx";
import { LargeView } from "./large-view.tsx";
import { PictureFilters } from "./picture-filters.tsx";
import { PictureGrid } from "./picture-grid.tsx";
import { allChosen, nothingChosen, stillThere } from "./selection.ts";
import { useCorrections } from "./use-corrections.ts";
import { type WantedPictures, wantedIn } from "./wanted-pictures.ts";

const shownAtOnce = 60;

interface PicturesPageProps {
  readonly detail: RunDetail;
  readonly row: RunRow;
  readonly query: URLSearchParams;
}

export function PicturesPage({ row, query }: PicturesPageProps) {
  const run = row.name;
  const wanted = useMemo(() => wantedIn(query), [query]);
  const [limit, setLimit] = useState(shownAtOnce);
  const path = `runs/${encodeURIComponent(run)}/pictures`;
  const list = useAsked<PictureList>(withQuery(path, { ...wanted, offset: 0, limit }));
  const corrections = useCorrections(run, list.again);
  const [selection, setSelection] = useState(nothingChosen);
  const [open, setOpen] = useState<number | null>(null);
  const pictures = list.value?.pictures ?? none;
  const ids = useMemo(() => pictures.map(({ id }) => id), [pictures]);
  useEffect(() => setSelection((selection) => stillThere(selection, ids)), [ids]);
  useUndoKey(corrections.undo);
  const want = (changes: Partial<WantedPictures>) => {
    setLimit(shownAtOnce);
    setSelection(nothingChosen);
    go(runPath(run, "pictures", changedQuery(query, changes)), { quietly: true });
  };
  const clear = () => {
    setSelection({ ...selection, chosen: new Set() });
    document.querySelector<HTMLElement>(".grid [tabindex='0']")?.focus(); // what was pressed is gone
  };
  const { value, problem } = list;
  return (
    <>
      <CorrectionsBar run={row} corrections={corrections} />
      <PictureFilters wanted={wanted} want={want} classes={row.classes} />
      {problem && <Problem problem={problem} again={list.again} />}
      {value === undefined && problem === undefined && <Skeleton lines={8} />}
      {value?.total === 0 && (
        <Empty title="No picture is like that">
          <button type="button" onClick={() => want({ split: "", class: "", said: "", only: "all" })}>
            Show all pictures
          </button>
        </Empty>
      )}
      {value !== undefined && value.total > 0 && (
        <>
          <p class="grid-head">
            <span class="note">
              {count(pictures.length)} of {counted(value.total, "picture")}
            </span>
            <button type="button" onClick={() => setSelection(allChosen(selection, ids))}>
              Select all shown
            </button>
          </p>
          <PictureGrid
            run={run}
            pictures={pictures}
            selection={selection}
            select={setSelection}
            open={setOpen}
            busy={list.asking}
          />
          {pictures.length < value.total && (
            <p class="more">
              <button type="button" onClick={() => setLimit(limit + 2 * shownAtOnce)} disabled={list.asking}>
                Show more
              </button>
            </p>
          )}
        </>
      )}
      <ActionsBar
        classes={row.classes}
        selection={selection}
        corrections={corrections}
        look={() => setOpen(selection.at)}
        clear={clear}
      />
      {open !== null && pictures[open] !== undefined && (
        <LargeView
          run={run}
          pictures={pictures}
          at={open}
          move={(at) => {
            setOpen(at);
            setSelection({ ...selection, at, anchor: at });
          }}
          close={() => setOpen(null)}
        />
      )}
    </>
  );
}

const none: PictureList["pictures"] = [];

/** Ctrl+Z takes back the last correction, but not while something is typed. */
function useUndoKey(undo: () => void): void {
  const latest = useRef(undo);
  latest.current = undo;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
      if (typing || event.shiftKey || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
