// From what was asked of a refit to where it reads and writes.

import { resolve } from "node:path";
import { options } from "../options.ts";
import type { RefitInput } from "./refit.ts";
import { checkAll, firstFree, here, pathOf } from "./resolve.ts";

export interface RefitOptions {
  /** A finished run's folder. */
  readonly run: string;
  /** Folder of the new run; one beside the old one unless given. */
  readonly out?: string | undefined;
  /** Whether what users have said of the pictures since is done; true unless said otherwise. */
  readonly corrections?: boolean | undefined;
  readonly threads?: number | undefined;
}

/** @throws options/... */
export function resolveRefit({ run, ...rest }: RefitOptions, { folder, cores, exists } = here()): RefitInput {
  const given = checkAll(rest, ["run"], "refit");
  const of = resolve(folder, pathOf(run, "the run", "reinception refit runs/first"));
  return {
    run: of,
    out: given.out === undefined ? firstFree(`${of}-refit`, exists) : resolve(folder, given.out),
    corrections: given.corrections ?? options.corrections.default,
    threads: given.threads ?? cores,
  };
}
