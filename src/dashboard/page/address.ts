// Which place of the page an address names, and the way there. The server answers each of these paths with the same
// document; everything that a user chooses on a page stands in the query, so that a link or a reload shows the same again.

export type RunTab = "overview" | "pictures" | "try";

export type Place =
  | { readonly page: "runs" }
  | { readonly page: "run"; readonly run: string; readonly tab: RunTab }
  | { readonly page: "compare" }
  | { readonly page: "new" }
  | { readonly page: "nowhere" };

export interface Address {
  readonly place: Place;
  readonly query: URLSearchParams;
}

type Query = Readonly<Record<string, string | number | null | undefined>>;

const tabs: Readonly<Record<string, RunTab>> = { "": "overview", pictures: "pictures", try: "try" };

export function placeOf(path: string): Place {
  const [first = "", run = "", tab = "", ...more] = path.split("/").slice(1).map(decoded);
  if (more.length > 0) return { page: "nowhere" };
  if (first === "runs" && run !== "" && tabs[tab] !== undefined) return { page: "run", run, tab: tabs[tab] };
  if (run !== "" || tab !== "") return { page: "nowhere" };
  if (first === "" || first === "runs") return { page: "runs" };
  return first === "compare" || first === "new" ? { page: first } : { page: "nowhere" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function addressOf({ pathname, search }: Pick<URL, "pathname" | "search">): Address {
  return { place: placeOf(pathname), query: new URLSearchParams(search) };
}

/** The path of a run's page. */
export function runPath(run: string, tab: RunTab = "overview", query: Query = {}): string {
  const base = `/runs/${encodeURIComponent(run)}`;
  return withQuery(tab === "overview" ? base : `${base}/${tab}`, query);
}

/** A path with what is asked for behind it; what is null or empty is left out. */
export function withQuery(path: string, query: Query): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== "") parts.set(name, String(value));
  const text = parts.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** A query with some of its parts changed, as a record. */
export function changedQuery(query: URLSearchParams, changes: Query): Query {
  return { ...Object.fromEntries(query), ...changes };
}
