// What a request asks besides its pictures: how many classes, sets of them, and whether to reject. A word that is not known
// is refused, so that nothing is asked in vain.

import type { Context } from "hono";
import { fail } from "../errors.ts";
import type { AskedOfPictures } from "../index.ts";
import { parseOption } from "../option-values.ts";
import { options } from "../options.ts";

type Asked = Omit<AskedOfPictures, "names">;

/** What each may be, in words; its limits are those of the option of `reinception predict`. */
const needed = {
  top: "a whole number of at least 1",
  coverage: "a number above 0 and below 1",
  reject: "a number above 0 and below 1",
} satisfies Record<keyof Asked, string>;

/** @throws serve/query, serve/unknown-query */
export function queryOf(c: Context): Asked {
  const asked = Object.entries(c.req.queries()).map(([name, values]) => {
    if (!isKnown(name)) fail("serve/unknown-query", { name });
    return [name, numberOf(name, values.join(","))] as const;
  });
  return { top: options.top.default, ...Object.fromEntries(asked) };
}

function isKnown(name: string): name is keyof typeof needed {
  return Object.hasOwn(needed, name);
}

function numberOf(name: keyof typeof needed, value: string): number {
  try {
    return parseOption(name, value);
  } catch {
    return fail("serve/query", { name, value, needed: needed[name] });
  }
}
