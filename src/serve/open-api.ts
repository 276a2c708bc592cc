// The description of the service in OpenAPI 3.1, for those who make clients of it. Data; the routes themselves are in app.ts.

import type { ClassifierCard } from "../index.ts";
import type { ServingLimits } from "./app.ts";
import { pictureTypes } from "./pictures-of.ts";
import { schemas } from "./schemas.ts";

type Json = { readonly [name: string]: unknown };

const named = (name: keyof typeof schemas) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Json) => ({ "application/json": { schema } });
const problem = (description: string) => ({ description, content: json(named("Problem")) });

/** What can go wrong at every path, and what can go wrong with pictures. */
const refusals = {
  403: problem("For another host, or made by a page of another site."),
};
const needsToken = { 401: problem("Without the token of this server.") };
const wrongPictures = {
  400: problem("The body or a part of the question cannot be read, or the model cannot promise what is asked."),
  408: problem("The body was not whole in time."),
  413: problem("Too many bytes, pictures, or pixels of a picture that came alone."),
  415: problem("The body is of no type that is taken."),
  422: {
    description: "Not one of the pictures can be read.",
    content: json({ anyOf: [named("UnreadAnswer"), named("Problem")] }),
  },
  429: problem("Too many pictures wait; Retry-After says how many seconds to wait."),
  503: problem("No answer in time, the engine has just ended, or the server is coming to its end."),
};

const question = [
  parameter("top", { type: "integer", minimum: 1, default: 5 }, "How many classes to name."),
  parameter(
    "coverage",
    { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    "Name the set of classes that holds the true one so often, as 0.95.",
  ),
  parameter(
    "reject",
    { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    "Reject pictures farther from anything learnt than all but this share of the held-back ones.",
  ),
];

/** @param guarded - whether a token is needed */
export function openApi(card: ClassifierCard, limits: ServingLimits, guarded: boolean): Json {
  const always = guarded ? { ...refusals, ...needsToken } : refusals;
  const get = (summary: string, responses: Json, open = false) => ({
    get: {
      summary,
      ...(open && guarded && { security: [] }),
      responses: { ...responses, ...(open ? refusals : always) },
    },
  });
  return {
    openapi: "3.1.0",
    info: {
      title: "reinception",
      version: "1",
      description: `Classifies pictures into ${card.classes.length} classes. At most ${limits.maxBytes} bytes and ${limits.maxPictures} pictures in a request, ${limits.maxPixels} pixels in a picture.`,
    },
    paths: {
      "/v1/classify": {
        post: {
          summary: "Name the classes of pictures.",
          parameters: question,
          requestBody: { required: true, content: bodies() },
          responses: {
            200: { description: "What the model says of each picture.", content: json(named("Answer")) },
            ...wrongPictures,
            ...always,
          },
        },
      },
      "/v1/model": get("What the model is.", { 200: { description: "Its card.", content: json(named("Model")) } }),
      "/healthz": get(
        "Whether requests are taken.",
        {
          200: { description: "They are.", content: json(named("Health")) },
          503: { description: "Not any more.", content: json(named("Health")) },
        },
        true,
      ),
      "/metrics": get("What was counted, for Prometheus.", {
        200: { description: "Its text format.", content: { "text/plain": { schema: { type: "string" } } } },
      }),
      "/openapi.json": get("This description.", {
        200: { description: "OpenAPI 3.1.", content: json({ type: "object" }) },
      }),
    },
    components: {
      schemas,
      ...(guarded && { securitySchemes: { token: { type: "http", scheme: "bearer" } } }),
    },
    ...(guarded && { security: [{ token: [] }] }),
  };
}

/** The ways in which pictures are sent. */
function bodies(): Json {
  const raw = pictureTypes.map((type) => [type, {}] as const);
  const files = {
    type: "object",
    additionalProperties: { type: "string", contentMediaType: "application/octet-stream" },
  };
  return { ...Object.fromEntries(raw), "multipart/form-data": { schema: files }, ...json(named("Pictures")) };
}

function parameter(name: string, schema: Json, description: string): Json {
  return { name, in: "query", required: false, schema, description };
}
