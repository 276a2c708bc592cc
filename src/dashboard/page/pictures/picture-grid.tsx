// Pictures side by side. One of them is a stop for the Tab key; arrow keys go on, Space chooses, Enter opens. A click does what
// it does in a folder of files; a finger, which has no Ctrl key, chooses one more with each touch.

import { useEffect, useRef } from "preact/hooks";
import type { PictureRow } from "../../api.ts";
import { pictureAddress } from "../ask.ts";
import { Icon } from "../parts/icon.tsx";
import { wholePercent } from "../words.ts";
import { correctionTold } from "./correction-words.ts";
import { clicked, pressed, type Selection, toggled } from "./selection.ts";

interface PictureGridProps {
  readonly run: string;
  readonly pictures: readonly PictureRow[];
  readonly selection: Selection;
  readonly select: (selection: Selection) => void;
  /** Opens the picture at a position. */
  readonly open: (at: number) => void;
  readonly busy: boolean;
}

export const tileEdge = 240;

export function PictureGrid({ run, pictures, selection, select, open, busy }: PictureGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const now = useRef(selection); // keys can come faster than the page is drawn
  now.current = selection;
  const change = (next: Selection) => {
    now.current = next;
    select(next);
  };
  const ids = pictures.map(({ id }) => id);
  const tile = (at: number) => grid.current?.children[at] as HTMLElement | undefined;
  useEffect(() => {
    if (grid.current?.contains(document.activeElement)) tile(selection.at)?.focus();
  }, [selection.at]);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      return open(now.current.at);
    }
    const held = { ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey };
    const next = pressed(event.key, now.current, ids, { columns: columnsOf(grid.current), ...held });
    if (next === null) return;
    event.preventDefault();
    change(next);
  };
  const click = (event: MouseEvent, at: number) => {
    const touch = event instanceof PointerEvent && event.pointerType === "touch";
    const held = { ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey };
    change(touch ? toggled(now.current, at, ids) : clicked(now.current, at, ids, held));
  };
  return (
    <div
      class="grid"
      role="listbox"
      aria-label="Pictures"
      aria-multiselectable="true"
      aria-busy={busy}
      tabIndex={-1}
      ref={grid}
      onKeyDown={press}
    >
      {pictures.map((picture, at) => (
        <Tile
          key={picture.id}
          run={run}
          picture={picture}
          chosen={selection.chosen.has(picture.id)}
          stop={at === selection.at}
          arrive={() => at !== now.current.at && change({ ...now.current, at })}
          click={(event) => click(event, at)}
          open={() => open(at)}
        />
      ))}
    </div>
  );
}

interface TileProps {
  readonly run: string;
  readonly picture: PictureRow;
  readonly chosen: boolean;
  readonly stop: boolean;
  readonly arrive: () => void;
  readonly click: (event: MouseEvent) => void;
  readonly open: () => void;
}

function Tile({ run, picture, chosen, stop, arrive, click, open }: TileProps) {
  const wrong = picture.said !== picture.class;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the grid's
    <div
      class={`tile ${chosen ? "chosen" : ""} ${picture.correction?.kind === "excluded" ? "excluded" : ""}`}
      role="option"
      aria-selected={chosen}
      tabIndex={stop ? 0 : -1}
      onFocus={arrive}
      onClick={click}
      onDblClick={open}
    >
      <span class="shot">
        <img src={pictureAddress(run, picture.id, tileEdge)} alt="" loading="lazy" decoding="async" draggable={false} />
        <span class="tick">{chosen && <Icon name="check" />}</span>
      </span>
      <span class="caption">
        <span class="unseen">{picture.name}, </span>
        <span class="is">{picture.class}</span>
        <span class={wrong ? "said wrong" : "said"}>
          <Icon name={wrong ? "cross" : "check"} />
          <span class="unseen">, called </span>
          {wrong ? picture.said : "right"} {wholePercent(picture.probability)}
        </span>
        {picture.correction !== null && <span class="badge corrected">{correctionTold(picture.correction)}</span>}
        {picture.correction === null && picture.suspect !== null && <span class="badge doubt">{picture.suspect}?</span>}
      </span>
    </div>
  );
}

/** A picture in words: its name, what it is and what it was called. */
export function toldOf({ name, class: own, said, probability, suspect, correction }: PictureRow): string {
  const called = said === own ? "called right" : `called ${said}`;
  const parts = [name, own, `${called} with ${wholePercent(probability)}`];
  if (suspect !== null) parts.push(`probably ${suspect}`);
  if (correction !== null) parts.push(correctionTold(correction));
  return parts.join(", ");
}

/** How many tiles stand in the first line. */
function columnsOf(grid: HTMLElement | null): number {
  const tiles = [...(grid?.children ?? [])] as HTMLElement[];
  const next = tiles.findIndex(({ offsetTop }) => offsetTop > tiles[0]!.offsetTop);
  return next < 1 ? Math.max(1, tiles.length) : next;
}
