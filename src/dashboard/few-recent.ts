// A few things that are dear to make, by name: kept while they are asked for, and the one that nobody has asked for longest
// is let go when there is no room.

export interface FewRecent<T> {
  /** The thing of that name, made if there is none. */
  get(name: string, make: () => T): T;
  /** Lets go of it, if there is one. */
  drop(name: string): void;
  dropAll(): void;
}

/** @param letGo - is told of each that goes */
export function fewRecent<T>(most: number, letGo: (thing: T) => void): FewRecent<T> {
  const kept = new Map<string, T>();
  const drop = (name: string) => {
    const thing = kept.get(name);
    if (!kept.delete(name)) return;
    letGo(thing as T);
  };
  return {
    get(name, make) {
      const thing = kept.has(name) ? (kept.get(name) as T) : make();
      kept.delete(name);
      kept.set(name, thing);
      for (const [oldest] of kept) {
        if (kept.size <= most) break;
        drop(oldest);
      }
      return thing;
    },
    drop,
    dropAll() {
      for (const name of [...kept.keys()]) drop(name);
    },
  };
}
