// Groups that the user states by a pattern on the names of pictures, where several show one thing: frames of one film,
// photos of one patient. Pure.

import { fail } from "../errors.ts";

/** The group of a picture by its name; undefined where it belongs to none. */
export type GroupOf = (name: string) => string | undefined;

/**
 * Reads a pattern.
 *
 * A whole number n is the n-th part of the name, so 2 is the folder inside the class folder. Everything else is a regular
 * expression with one group in brackets, and what that matches is the group. Names that have no such part, or do not
 * match, belong to no group.
 *
 * @throws options/group-by
 */
export function groupPattern(text: string): GroupOf {
  if (/^[1-9]\d?$/.test(text)) {
    const level = Number(text);
    return (name) => {
      const folders = name.split("/").slice(0, -1);
      return folders.length < level ? undefined : folders.slice(0, level).join("/");
    };
  }
  const pattern = compiled(text);
  return (name) => pattern.exec(name)?.[1];
}

function compiled(text: string): RegExp {
  let pattern: RegExp;
  try {
    pattern = new RegExp(text, "u");
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split(": ").slice(-1);
    return fail("options/group-by", { text, reason });
  }
  const groups = new RegExp(`${text}|`, "u").exec("")!.length - 1;
  return groups === 1
    ? pattern
    : fail("options/group-by", { text, reason: `${groups} groups in brackets instead of 1` });
}
