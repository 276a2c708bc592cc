// reinception weights convert: the same weights in a file for other programs.

import { type Conversion, convertWeights } from "../index.ts";
import type { Action } from "./commands.ts";
import { shortPath } from "./paths.ts";
import { counted, printable, sizeInBytes } from "../words.ts";

export const weightsConvert: Action = async ([from = "", to = ""], { json, features }) => {
  const conversion = await convertWeights({ from, to, features });
  if (json === true) console.log(JSON.stringify(conversion));
  else console.log(conversionText(conversion).join("\n"));
  return 0;
};

export function conversionText({ path, sizeBytes, width, classes, notes }: Conversion): readonly string[] {
  const head = classes === null ? "no classifier" : counted(classes, "class", "classes");
  return [
    `${shortPath(path)}  ${sizeInBytes(sizeBytes)}: Inception-v4, width ${width}, ${head}`,
    ...notes.map((note) => `note: ${printable(note)}`),
  ];
}
