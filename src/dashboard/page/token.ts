// The token of the address that the terminal printed. It travels in the fragment, which no server sees and no log keeps; here
// it moves to the tab's own memory and out of the address bar, so that nobody copies it along with a link.

const place = "reinception-token";

/** Takes the token out of `#token=...`; whether there was one. */
export function takeToken(): boolean {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return false;
  sessionStorage.setItem(place, given);
  history.replaceState(history.state, "", location.pathname + location.search);
  return true;
}

/** Null where the page was opened without one: then nothing can be changed from it. */
export function token(): string | null {
  return sessionStorage.getItem(place);
}
