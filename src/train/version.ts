// Versions of the product and of what its results depend on.

import { readFileSync } from "node:fs";
import { decoderVersion } from "../data/decode.ts";
import { engineVersion } from "../runtime/session.ts";

/** Of this package. */
export const version: string = (
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }
).version;

export function versions(): Readonly<Record<string, string>> {
  return {
    reinception: version,
    node: process.version,
    engine: engineVersion(),
    decoder: decoderVersion,
    platform: `${process.platform}-${process.arch}`,
  };
}
