// Options within options as one list: "search budgetSeconds" for what lies inside of "search". Pure.

/** Every value that is no record itself, as text, by the names that lead to it. */
export function flatOptions(options: Readonly<Record<string, unknown>>, before = ""): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(options).flatMap(([name, value]) => {
      const path = before === "" ? name : `${before} ${name}`;
      if (isRecord(value)) return [...flatOptions(value, path)];
      return Array.isArray(value) && value.some(isRecord)
        ? value.flatMap((one, at) => [...flatOptions({ [String(at + 1)]: one }, path)])
        : [[path, textOf(value)] as const];
    }),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  return value === null ? "none" : String(value);
}
