// The address as state, and going elsewhere without loading the document again.

import { useEffect, useState } from "preact/hooks";
import { type Address, addressOf } from "./address.ts";

const moved = "reinception-moved";

/** Goes to a path of the page. `quietly` is for what only the query tells: the place in the history stays. */
export function go(path: string, { quietly = false } = {}): void {
  if (quietly) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new Event(moved));
  if (!quietly) scrollTo(0, 0);
}

export function useAddress(): Address {
  const [address, setAddress] = useState(() => addressOf(location));
  useEffect(() => {
    const follow = () => setAddress(addressOf(location));
    addEventListener("popstate", follow);
    addEventListener(moved, follow);
    return () => {
      removeEventListener("popstate", follow);
      removeEventListener(moved, follow);
    };
  }, []);
  return address;
}

/** Names the document after what it shows. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · reinception`;
  }, [title]);
}
