// Holds JSON against a schema, as far as the schemas of the service go: types, required and further names, lists, limits.

export type Schema = Readonly<Record<string, unknown>>;

/** What of a value does not fit, each with its place; none where all does. */
export function schemaComplaints(value: unknown, schema: Schema, whole: Schema, at = "$"): readonly string[] {
  const within = (one: unknown, inner: unknown, place: string) => schemaComplaints(one, inner as Schema, whole, place);
  if (typeof schema.$ref === "string") return within(value, resolvedIn(whole, schema.$ref), at);
  if (Array.isArray(schema.anyOf)) {
    const found = schema.anyOf.map((one) => within(value, one, at));
    return found.some(({ length }) => length === 0) ? [] : found.flat();
  }
  if (Array.isArray(schema.enum)) return schema.enum.includes(value) ? [] : [`${at} is ${JSON.stringify(value)}`];
  if (!isOfType(value, schema.type)) return [`${at} is no ${schema.type}: ${JSON.stringify(value)}`];
  if (schema.type === "array")
    return (value as readonly unknown[]).flatMap((one, i) => within(one, schema.items, `${at}[${i}]`));
  if (typeof value === "number") return inLimits(value, schema) ? [] : [`${at} is ${value}`];
  if (schema.type !== "object" || schema.properties === undefined) return [];
  const { properties, required = [] } = schema as { properties: Schema; required?: readonly string[] };
  const found = value as Schema;
  return [
    ...required.filter((name) => !(name in found)).map((name) => `${at}.${name} is missing`),
    ...Object.entries(found).flatMap(([name, one]) => {
      if (name in properties) return within(one, properties[name], `${at}.${name}`);
      return schema.additionalProperties === false ? [`${at}.${name} is not in the schema`] : [];
    }),
  ];
}

function resolvedIn(whole: Schema, ref: string): unknown {
  return ref
    .slice(2)
    .split("/")
    .reduce<unknown>((place, name) => (place as Schema)[name], whole);
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === undefined) return true;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function inLimits(value: number, schema: Schema): boolean {
  const { minimum = -Infinity, maximum = Infinity } = schema as { minimum?: number; maximum?: number };
  return value >= minimum && value <= maximum;
}
