// Which pictures of a grid are chosen, and where one is in it, as in any folder of files: a click, Ctrl and Shift, arrow
// keys. Pure; knows nothing of how the grid is drawn but its number of columns.

export interface Selection {
  readonly chosen: ReadonlySet<number>;
  /** Position at which the keyboard is. */
  readonly at: number;
  /** Position from which a stretch is chosen. */
  readonly anchor: number;
}

export const nothingChosen: Selection = { chosen: new Set(), at: 0, anchor: 0 };

interface With {
  readonly ctrl: boolean;
  readonly shift: boolean;
}

/** After a click on a position. @param ids - of the pictures, in the order of the grid */
export function clicked(selection: Selection, at: number, ids: readonly number[], { ctrl, shift }: With): Selection {
  if (shift) return stretched({ ...selection, at }, ids, ctrl);
  return ctrl ? toggled(selection, at, ids) : { chosen: new Set([ids[at]!]), at, anchor: at };
}

/** Chooses one picture more, or lets go of it. */
export function toggled({ chosen }: Selection, at: number, ids: readonly number[]): Selection {
  const id = ids[at]!;
  const others = [...chosen].filter((one) => one !== id);
  return { chosen: new Set(others.length === chosen.size ? [...others, id] : others), at, anchor: at };
}

/** Everything from the anchor to where one is. */
function stretched({ chosen, at, anchor }: Selection, ids: readonly number[], keep: boolean): Selection {
  const stretch = ids.slice(Math.min(at, anchor), Math.max(at, anchor) + 1);
  return { chosen: new Set(keep ? [...chosen, ...stretch] : stretch), at, anchor };
}

export function allChosen(selection: Selection, ids: readonly number[]): Selection {
  return { ...selection, chosen: new Set(ids) };
}

/** Without those that are not in the grid any more. */
export function stillThere({ chosen, at, anchor }: Selection, ids: readonly number[]): Selection {
  const known = new Set(ids);
  const inside = (place: number) => Math.max(0, Math.min(place, ids.length - 1));
  return { chosen: new Set([...chosen].filter((id) => known.has(id))), at: inside(at), anchor: inside(anchor) };
}

/** After a key; null where it means nothing here. */
export function pressed(
  key: string,
  selection: Selection,
  ids: readonly number[],
  { columns, ctrl, shift }: With & { readonly columns: number },
): Selection | null {
  if (key === " ") return toggled(selection, selection.at, ids);
  if (ctrl && key.toLowerCase() === "a") return allChosen(selection, ids);
  const at = placeAfter(key, selection.at, ids.length, columns);
  if (at === null) return null;
  return shift ? stretched({ ...selection, at }, ids, ctrl) : { ...selection, at, anchor: at };
}

/** Where a key leads from a position. */
export function placeAfter(key: string, at: number, length: number, columns: number): number | null {
  const last = length - 1;
  const inside = (place: number) => (place < 0 || place > last ? at : place);
  if (key === "ArrowLeft") return inside(at - 1);
  if (key === "ArrowRight") return inside(at + 1);
  if (key === "ArrowUp") return inside(at - columns);
  if (key === "ArrowDown") return inside(at + columns);
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}
