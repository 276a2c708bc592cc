// What a page asks a new run to be, as options of the library: each is typed as on the command line and held against the same
// table. Paths are held against the configured folders.

import type { RetrainOptions, TuneOptions } from "../index.ts";
import { fail } from "../errors.ts";
import { nearest, parseOption } from "../option-values.ts";
import { type OptionName, optionsOf, specOf } from "../options.ts";
import type { TrainRequest } from "./api.ts";
import type { Folders } from "./folders.ts";

/** What the dashboard decides itself, and addresses that it would fetch from. */
const notTaken: readonly string[] = ["out", "json", "dashboard", "weightsMirror"];

/**
 * @param names - of weights that are no files
 * @throws options/..., dashboard/option, dashboard/outside
 */
export async function typedOptions(
  command: "train" | "advise",
  { data, options = {} }: TrainRequest,
  folders: Folders,
  names: readonly string[],
): Promise<RetrainOptions & TuneOptions> {
  const known = optionsOf(command);
  const parsed: Record<string, unknown> = {};
  for (const [name, typed] of Object.entries(options)) {
    if (notTaken.includes(name)) fail("dashboard/option", { name });
    if (!known.includes(name as OptionName))
      fail("options/unknown", {
        option: name,
        nearest: nearest(name, known),
        help: `reinception ${command} --help`,
      });
    parsed[name] = parsedValue(name as OptionName, typed);
  }
  const { weights, source } = parsed as Pick<RetrainOptions, "weights" | "source">;
  if (weights !== undefined && !names.includes(weights)) parsed.weights = await folders.within(weights);
  if (source !== undefined) parsed.source = await Promise.all([source].flat().map((path) => folders.within(path)));
  return { ...parsed, data: await folders.within(data) } as RetrainOptions & TuneOptions;
}

function parsedValue(name: OptionName, typed: string): unknown {
  return specOf(name).kind === "flag" ? typed !== "false" : parseOption(name, typed);
}
