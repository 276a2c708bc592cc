// What a split divides: not images but units, which are contents, or groups of images where the user has stated some. Each
// draws one number u in [0, 1) from the seed and its own name, so that its place does not depend on what else is there.

import { stream } from "../random.ts";

export interface UnitImage {
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly label: number;
  /** Images of one group are one unit, whatever they show. */
  readonly group?: string;
}

export interface Unit<Place> {
  readonly u: number;
  /** Classes of its images. */
  readonly labels: Set<number>;
  place: Place;
  /** Whether its place was not decided by its number, because a class would have lacked it. */
  forced: boolean;
}

/** The name of an image's unit; two images of one name stay together. */
export function unitOf({ hash, group }: UnitImage): string {
  return group === undefined ? hash : `group:${group}`;
}

/** The units of images by name, each where its number puts it. */
export function drawUnits<Place>(
  images: readonly UnitImage[],
  seed: number,
  purpose: "split" | "fold",
  placeAt: (u: number) => Place,
): Map<string, Unit<Place>> {
  const units = new Map<string, Unit<Place>>();
  for (const image of images) {
    const name = unitOf(image);
    const known = units.get(name);
    if (known !== undefined) known.labels.add(image.label);
    else {
      const u = stream(seed, `${purpose}:${name}`)();
      units.set(name, { u, labels: new Set([image.label]), place: placeAt(u), forced: false });
    }
  }
  return units;
}

/** The units of each class in the order of their numbers, so that the order of the images does not matter. */
export function unitsByClass<Place>(units: ReadonlyMap<string, Unit<Place>>): readonly (readonly Unit<Place>[])[] {
  const byClass = new Map<number, Unit<Place>[]>();
  const inOrder = [...units].sort(([a, left], [b, right]) => left.u - right.u || (a < b ? -1 : 1));
  for (const [, unit] of inOrder) {
    for (const label of unit.labels) {
      const own = byClass.get(label);
      if (own === undefined) byClass.set(label, [unit]);
      else own.push(unit);
    }
  }
  return [...byClass].sort(([left], [right]) => left - right).map(([, own]) => own);
}

/** Moves the unit whose number lies nearest to `u`; prefers those which no other class has. */
export function force<Place>(candidates: readonly Unit<Place>[], place: Place, u: number): void {
  const distance = (unit: Unit<Place>) => Math.abs(unit.u - u) + (unit.labels.size > 1 ? 1 : 0);
  const nearest = candidates.toSorted((left, right) => distance(left) - distance(right))[0];
  if (nearest === undefined) return;
  nearest.place = place;
  nearest.forced = true;
}

export function has<Place>(own: readonly Unit<Place>[], place: Place): boolean {
  return own.some((unit) => unit.place === place);
}
