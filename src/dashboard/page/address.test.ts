import { expect, test } from "vitest";
import { changedQuery, placeOf, runPath, withQuery } from "./address.ts";

test.each([
  ["/", { page: "runs" }],
  ["/runs", { page: "runs" }],
  ["/runs/hats", { page: "run", run: "hats", tab: "overview" }],
  ["/runs/hats/", { page: "run", run: "hats", tab: "overview" }],
  ["/runs/hats/pictures", { page: "run", run: "hats", tab: "pictures" }],
  ["/runs/hats/try", { page: "run", run: "hats", tab: "try" }],
  ["/compare", { page: "compare" }],
  ["/new", { page: "new" }],
  ["/runs/hats/other", { page: "nowhere" }],
  ["/runs/hats/try/more", { page: "nowhere" }],
  ["/new/more", { page: "nowhere" }],
  ["/other", { page: "nowhere" }],
])("%s names its place", (path, place) => expect(placeOf(path)).toEqual(place));

test.each(["hats", "a b", "50%", "a/b", "Grüße", "..", "a?b#c"])("the way to the run %j leads there", (run) => {
  for (const tab of ["overview", "pictures", "try"] as const) {
    const { pathname } = new URL(runPath(run, tab, { class: "x" }), "http://localhost");
    if (run === "..") continue; // no folder has this name
    expect(placeOf(pathname)).toEqual({ page: "run", run, tab });
  }
});

test("what is not asked for does not stand in an address", () => {
  expect(withQuery("/", { search: "", state: null, sort: undefined, offset: 0 })).toBe("/?offset=0");
  expect(withQuery("/new", {})).toBe("/new");
  expect(changedQuery(new URLSearchParams("a=1&b=2"), { b: null, c: "3" })).toEqual({ a: "1", b: null, c: "3" });
});
