// From labels to class names. Any script will do; a name is NFC, so that what looks the same is the same.

import { fail } from "../../errors.ts";

/**
 * Turns the labels of one source into class names.
 *
 * @throws data/class-names-collide when a source spells one name in two ways: nobody can see which pictures are meant
 */
export function classNamer(): (label: string) => string {
  const spelling = new Map<string, string>();
  return (label) => {
    const name = label.normalize("NFC");
    const known = spelling.get(name);
    if (known === undefined) spelling.set(name, label);
    else if (known !== label) fail("data/class-names-collide", { first: known, second: label });
    return name;
  };
}
