import { describe, expect, test } from "vitest";
import { type Schema, schemaComplaints } from "../../test/support/schema-complaints.ts";
import { type Settings, spoken, started } from "../../test/support/served-app.ts";
import type { Classifier } from "../index.ts";
import { routes, servingStatuses } from "./app.ts";

const asJson = (...images: readonly unknown[]) => JSON.stringify({ images });
const image = (text: string, name?: string) => ({ data: Buffer.from(text).toString("base64"), ...(name && { name }) });
const form = (...texts: readonly string[]) => {
  const data = new FormData();
  for (const [i, text] of texts.entries()) data.append("file", new File([text], `${i}.jpg`));
  return data;
};
const ant = {
  classes: [
    { name: "ant", probability: 0.75 },
    { name: "bee", probability: 0.25 },
  ],
};

describe("pictures are taken", () => {
  test.each(["image/jpeg", "image/PNG", "image/webp; q=1", "application/octet-stream"])("as %s", async (type) => {
    const answer = await started().send("good", type);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ predictions: [ant] });
  });

  test("as files of a form, with their names", async () => {
    const answer = await started().send(form("good", "other"));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      predictions: [
        { name: "0.jpg", ...ant },
        { name: "1.jpg", ...ant },
      ],
    });
  });

  test("as JSON, with names where some are given", async () => {
    const answer = await started().send(asJson(image("good"), image("good", "../../etc/passwd")), "application/json");
    expect(await answer.json()).toEqual({ predictions: [ant, { name: "../../etc/passwd", ...ant }] });
  });

  test("with what else is asked of them", async () => {
    const answer = await started().send("good", "image/jpeg", `${routes.classify}?top=1&coverage=0.9&reject=0.05`);
    expect(await answer.json()).toEqual({ predictions: [{ ...ant, set: ["ant"], distance: 1, rejected: false }] });
  });
});

const deep = `{"images":${"[".repeat(4000)}`;
const wrong: readonly (readonly [string, string, NonNullable<RequestInit["body"]>, number, string])[] = [
  ["a picture that is none", "image/jpeg", "bad", 422, "data/unreadable"],
  ["a picture that is too large", "image/jpeg", "huge", 413, "data/too-many-pixels"],
  ["nothing", "image/jpeg", "", 400, "serve/no-pictures"],
  ["more bytes than allowed", "image/jpeg", "x".repeat(10_001), 413, "http/body-too-large"],
  ["text", "text/plain", "good", 415, "serve/content-type"],
  ["a drawing", "image/svg+xml", "<svg/>", 415, "serve/content-type"],
  ["what curl sends unless told", "application/x-www-form-urlencoded", "good", 415, "serve/content-type"],
  ["a name of objects", "__proto__", "good", 415, "serve/content-type"],
  ["another", "constructor", "good", 415, "serve/content-type"],
  ["no JSON", "application/json", "{", 400, "serve/body"],
  ["JSON that is no UTF-8", "application/json", new Uint8Array([0x22, 0xff, 0x22]), 400, "serve/body"],
  ["JSON without images", "application/json", "{}", 400, "serve/body"],
  ["JSON null", "application/json", "null", 400, "serve/body"],
  ["JSON with one image for all", "application/json", '{"images":{}}', 400, "serve/body"],
  ["JSON with no image", "application/json", '{"images":[]}', 400, "serve/no-pictures"],
  ["JSON with an image that is none", "application/json", asJson(null), 400, "serve/body"],
  ["base64 that is none", "application/json", asJson({ data: "Z29vZA" }), 400, "serve/body"],
  [
    "base64 with an address before it",
    "application/json",
    asJson({ data: "data:image/png;base64,Z29vZA==" }),
    400,
    "serve/body",
  ],
  ["a name that is no text", "application/json", asJson({ data: "Z29vZA==", name: 1 }), 400, "serve/body"],
  ["JSON that only opens", "application/json", deep, 413, "serve/too-many-pictures"],
  [
    "four images where three are allowed",
    "application/json",
    asJson(...Array(4).fill(image("good"))),
    413,
    "serve/too-many-pictures",
  ],
  ["a form without a boundary", "multipart/form-data", "good", 400, "serve/body"],
  ["a form that does not end", "multipart/form-data; boundary=x", "--x\r\ncontent-disp", 400, "serve/body"],
  ["a form of nothing", "multipart/form-data; boundary=x", "--x--\r\n", 400, "serve/no-pictures"],
  [
    "a form of thousands",
    "multipart/form-data; boundary=x",
    "--x\r\n\r\n\r\n".repeat(900),
    413,
    "serve/too-many-pictures",
  ],
  [
    "a form with text",
    "multipart/form-data; boundary=x",
    '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nphoto.jpg\r\n--x--\r\n',
    400,
    "serve/body",
  ],
];

describe("is refused:", () => {
  test.each(wrong)("%s", async (_, type, body, status, code) => {
    const { send } = started();
    const answer = await send(body, type);
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status, code });
  });

  test("a body that is packed", async () => {
    const headers = { "content-type": "image/jpeg", "content-encoding": "gzip" };
    const answer = await started().ask(routes.classify, { method: "POST", body: "good", headers });
    expect(answer.status).toBe(415);
  });

  test.each([
    ["?top=0", "serve/query"],
    ["?top=1.5", "serve/query"],
    ["?top=", "serve/query"],
    ["?top=1&top=2", "serve/query"],
    ["?top=1e999", "serve/query"],
    ["?coverage=1", "serve/query"],
    ["?coverage=0.999", "predict/too-few-for-coverage"],
    ["?reject=-1", "serve/query"],
    ["?tops=1", "serve/unknown-query"],
    ["?__proto__=1", "serve/unknown-query"],
    ["?constructor=1", "serve/unknown-query"],
  ])("the question %s", async (question, code) => {
    const answer = await started().send("good", "image/jpeg", routes.classify + question);
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status: 400, code });
  });

  test.each([
    ["GET", routes.classify, 405],
    ["DELETE", routes.model, 405],
    ["POST", routes.health, 405],
    ["GET", "/", 404],
    ["GET", "/v1", 404],
    ["GET", "/v1/model/", 404],
    ["GET", "/v1/../../etc/passwd", 404],
    ["GET", "/%2e%2e/%2e%2e/etc/passwd", 404],
    ["GET", "/v1/model%00", 404],
    ["GET", "/v1%2fmodel", 404],
    ["GET", "/%zz", 404],
  ])("%s %s: %i", async (method, path, status) => {
    expect((await started().ask(path, { method })).status).toBe(status);
  });
});

describe("several pictures of which some cannot be read", () => {
  test("are answered, each with what is to be said of it", async () => {
    const answer = await started().send(form("bad", "good"));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      predictions: [
        { name: "0.jpg", problem: { code: "data/unreadable" } },
        { name: "1.jpg", ...ant },
      ],
    });
  });

  test("have gone wrong together when none can be read", async () => {
    const answer = await started().send(asJson(image("bad"), image("huge")), "application/json");
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: "data/unreadable",
      message: expect.stringContaining('"1"'),
      predictions: [{ problem: { code: "data/unreadable" } }, { problem: { code: "data/too-many-pixels" } }],
    });
  });
});

/** A classifier that answers when told. */
function patient(settings: Settings = {}) {
  const waiting: (() => void)[] = [];
  const signals: AbortSignal[] = [];
  const classify: Classifier["classify"] = (pictures, asked, signal) =>
    new Promise((resolve, reject) => {
      waiting.push(() => resolve(spoken(pictures, asked)));
      signals.push(signal!);
      signal!.addEventListener("abort", () => reject(signal!.reason));
    });
  return { ...started({ ...settings, classify }), waiting, signals };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("a server with too much to do", () => {
  test("says so at once, and when to come again", async () => {
    const { send, waiting, admission } = patient();
    admission.done(1, 1.5);
    const first = [send(form("a", "b")), send(form("c", "d"))];
    await soon();
    const refused = await send("good", "image/jpeg");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("6");
    expect(await refused.json()).toMatchObject({ code: "serve/busy", message: expect.stringContaining("4 pictures") });
    for (const answer of waiting.splice(0)) answer();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    const again = send("good", "image/jpeg");
    await soon();
    waiting.splice(0)[0]!();
    expect((await again).status).toBe(200);
  });

  test("holds no more bytes than for eight requests", async () => {
    const { send, waiting } = patient({ limits: { maxBytes: 100, maxQueue: 100 } });
    const first = Array.from({ length: 8 }, () => send("x".repeat(100), "image/jpeg"));
    await soon();
    expect((await send("good", "image/jpeg")).status).toBe(429);
    for (const answer of waiting.splice(0)) answer();
    await Promise.all(first);
    const again = send("good", "image/jpeg");
    await soon();
    waiting.splice(0)[0]!();
    expect((await again).status).toBe(200);
  });

  test("does not let anybody wait for ever", async () => {
    const { send, signals, admission } = patient({ limits: { seconds: 0.05 } });
    const answer = await send("good", "image/jpeg");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(await answer.json()).toMatchObject({ code: "serve/too-late" });
    expect(signals[0]!.aborted).toBe(true);
    expect(admission.pictures).toBe(0);
  });

  test("does nothing for those who have left", async () => {
    const { ask, signals, admission, reported } = patient();
    const gone = new AbortController();
    const headers = { "content-type": "image/jpeg" };
    const left = ask(routes.classify, { method: "POST", body: "good", headers, signal: gone.signal });
    await soon();
    expect(admission.pictures).toBe(1);
    gone.abort();
    await left;
    expect({ aborted: signals[0]!.aborted, pictures: admission.pictures, reported }).toEqual({
      aborted: true,
      pictures: 0,
      reported: [],
    });
  });
});

describe("when something breaks", () => {
  test("the end of the engine is a reason to come again", async () => {
    const answer = await started().send("deadly", "image/jpeg");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
  });

  test("a fault is reported here, and not told there", async () => {
    const { send, reported } = started();
    const answer = await send("fault", "image/jpeg");
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret");
    expect(reported).toHaveLength(1);
  });
});

test("a server that is coming to its end gives answers that are under way and takes nothing new", async () => {
  const { send, ask, stop, waiting } = patient();
  expect((await ask(routes.health)).status).toBe(200);
  const before = send("good", "image/jpeg");
  await soon();
  stop();
  expect((await ask(routes.health)).status).toBe(503);
  expect(await (await send("good", "image/jpeg")).json()).toMatchObject({ code: "serve/stopping" });
  waiting[0]!();
  expect((await before).status).toBe(200);
});

test("the token is asked for everywhere but where a machine asks whether all is well", async () => {
  const { ask } = started({ token: "abc" });
  for (const path of [routes.model, routes.metrics, routes.description, "/nowhere"])
    expect((await ask(path)).status).toBe(401);
  expect((await ask(routes.classify, { method: "POST" })).status).toBe(401);
  expect((await ask(routes.health)).status).toBe(200);
  expect((await ask(routes.model, { headers: { authorization: "Bearer abc" } })).status).toBe(200);
});

describe("the description", () => {
  const described = async () => (await (await started().ask(routes.description)).json()) as { paths: Schema } & Schema;

  test("names every route and no other", async () => {
    const { app } = started();
    const routed = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
    const { paths } = await described();
    const named = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(named.sort()).toEqual(routed.sort());
  });

  /** What is wrong with an answer by the description; also where its status is not described. */
  async function complaints(answer: Response, path: string, method: string): Promise<readonly string[]> {
    const whole = await described();
    const { responses } = (whole.paths[path] as Schema)[method] as { responses: Schema };
    const response = responses[String(answer.status)] as { content: Schema } | undefined;
    if (response === undefined) return [`${answer.status} is not described`];
    const { schema } = response.content["application/json"] as { schema: Schema };
    return schemaComplaints(await answer.json(), schema, whole);
  }

  test("is what every answer keeps to", async () => {
    const { send, ask, stop } = started();
    const question = `${routes.classify}?coverage=0.9&reject=0.1`;
    const sent = [
      await send(form("good", "bad"), undefined, question),
      await send(asJson(image("bad"), image("bad")), "application/json"),
      await send("deadly", "image/jpeg"),
      await send("good", "image/jpeg", `${routes.classify}?top=x`),
      await patient({ limits: { seconds: 0.01 } }).send("good", "image/jpeg"),
    ];
    for (const [, type, body] of wrong) sent.push(await send(body, type));
    for (const answer of sent) expect(await complaints(answer, routes.classify, "post")).toEqual([]);
    expect(await complaints(await ask(routes.model), routes.model, "get")).toEqual([]);
    expect(await complaints(await ask(routes.health), routes.health, "get")).toEqual([]);
    stop();
    expect(await complaints(await ask(routes.health), routes.health, "get")).toEqual([]);
  });

  test("says that a token is needed where one is", async () => {
    const { ask } = started({ token: "abc" });
    const answer = await ask(routes.description, { headers: { authorization: "Bearer abc" } });
    const whole = (await answer.json()) as { paths: { [path: string]: { get: Schema } } } & Schema;
    expect(whole.security).toEqual([{ token: [] }]);
    expect(whole.paths[routes.health]!.get.security).toEqual([]);
    expect(whole.paths[routes.model]!.get.responses).toHaveProperty("401");
  });
});

test("every status of a problem is one that the description has", async () => {
  const { ask } = started();
  const whole = (await (await ask(routes.description)).json()) as {
    paths: { [path: string]: { post: { responses: Schema } } };
  };
  const { responses } = whole.paths[routes.classify]!.post;
  expect(Object.values(servingStatuses).filter((status) => !(status in responses))).toEqual([]);
});
