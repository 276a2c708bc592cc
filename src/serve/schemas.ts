// The JSON that goes in and out, as JSON Schema: the nouns of the description. Tests hold every answer against it.

const text = { type: "string" } as const;
const yes = { type: "boolean" } as const;
const share = { type: "number", minimum: 0, maximum: 1 } as const;
const listOf = <const S>(items: S) => ({ type: "array", items }) as const;
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function record(properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

const ofProblem = { code: text, message: text, fix: text };

export const schemas = {
  Problem: record(ofProblem),
  Picture: record({ data: { ...text, contentEncoding: "base64" }, name: text }, ["name"]),
  Pictures: record({ images: { ...listOf(ref("Picture")), minItems: 1 } }),
  Classified: record(
    {
      name: { ...text, description: "As the picture was sent." },
      classes: {
        ...listOf(record({ name: text, probability: share })),
        description: "The most probable first.",
      },
      set: {
        ...listOf(text),
        description: "With coverage: classes of which one is the true one as often as asked.",
      },
      distance: { type: "number", minimum: 0, description: "With reject: from what was learnt; 1 is usual." },
      rejected: { ...yes, description: "With reject: whether that is too far." },
    },
    ["name", "set", "distance", "rejected"],
  ),
  Unread: record({ name: text, problem: ref("Problem") }, ["name"]),
  Prediction: { anyOf: [ref("Classified"), ref("Unread")] },
  Answer: record({ predictions: listOf(ref("Prediction")) }),
  UnreadAnswer: record({ ...ofProblem, predictions: listOf(ref("Unread")) }),
  Health: record({ state: { enum: ["ready", "stopping"] } }),
  Model: record({
    classes: listOf(text),
    size: { type: "integer", description: "Height and width at which pictures enter the network." },
    strategy: text,
    version: text,
    engine: text,
    calibrated: yes,
    covers: { ...yes, description: "Whether coverage can be asked for." },
    rejects: { ...yes, description: "Whether reject can be asked for." },
    checked: { ...yes, description: "Whether it gave the answers of its golden.json when the server started." },
    hashes: record({ model: text, parameters: text, data: text }),
    limits: record({
      maxBytes: { type: "integer" },
      maxPictures: { type: "integer" },
      maxPixels: { type: "integer" },
      maxQueue: { type: "integer" },
      seconds: { type: "number" },
    }),
  }),
} as const;
