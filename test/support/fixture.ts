// The reference numbers in test/fixtures, read as the type a test says they have.

import { readFileSync } from "node:fs";

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8")) as T;
}
