import fc from "fast-check";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { errorsAnswered } from "../http/problems.ts";
import { servingStatuses } from "./app.ts";
import { picturesOf } from "./pictures-of.ts";

const reported: string[] = [];
const app = new Hono();
app.post("/", async (c) => {
  const sent = await picturesOf(c, { maxBytes: 1e6, seconds: 5, maxPictures: 4, arrived: () => {} });
  return c.json(sent.pictures.map(({ name, bytes }) => [name, Buffer.from(bytes).toString("hex")]));
});
app.onError(errorsAnswered(servingStatuses, (text) => reported.push(text)));
const send = (body: NonNullable<RequestInit["body"]>, type: string) =>
  app.request("/", { method: "POST", body, headers: { "content-type": type } });

const pictures = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 });
const name = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });

test("whatever bytes are sent as JSON arrive", async () => {
  await fc.assert(
    fc.asyncProperty(pictures, name, async (list, called) => {
      const images = list.map((bytes) => ({ name: called, data: Buffer.from(bytes).toString("base64") }));
      const answer = await send(JSON.stringify({ images }), "application/json");
      expect(await answer.json()).toEqual(list.map((bytes) => [called, Buffer.from(bytes).toString("hex")]));
    }),
  );
});

test("whatever bytes are sent in a form arrive", async () => {
  await fc.assert(
    fc.asyncProperty(pictures, async (list) => {
      const boundary = "----a-boundary-that-does-not-occur";
      const parts = list.map((bytes, i) => [
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${i}"\r\n\r\n`),
        Buffer.from(bytes),
        Buffer.from("\r\n"),
      ]);
      const body = Buffer.concat([...parts.flat(), Buffer.from(`--${boundary}--\r\n`)]);
      const answer = await send(body, `multipart/form-data; boundary=${boundary}`);
      expect(await answer.json()).toEqual(list.map((bytes, i) => [String(i), Buffer.from(bytes).toString("hex")]));
    }),
  );
});

test("whatever else is sent is refused with a status, and is never a fault of ours", async () => {
  const types = [
    "application/json",
    "multipart/form-data; boundary=x",
    'multipart/form-data; boundary="x"',
    "image/png",
  ];
  const pieces = fc.oneof(
    fc.constantFrom("--x\r\n", "--x--\r\n", "\r\n\r\n", 'Content-Disposition: form-data; name="a"; filename="b"\r\n'),
    fc.constantFrom('{"images":[', '{"data":"', '"}', "]}", ",", "\\", '"', "AAAA", "{", "["),
    fc.string({ maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), fc.array(pieces, { maxLength: 12 }), async (type, list) => {
      const { status } = await send(list.join(""), type);
      expect(status).toBeOneOf([200, 400, 413]);
    }),
    { numRuns: 1000 },
  );
  expect(reported).toEqual([]);
});

test("marks inside of texts are no values, however they are written", async () => {
  const marks = `${"[{,:".repeat(50)}\\"\\\\`;
  const body = `{"images":[{"name":"${marks}","data":"AAAA"}]}`;
  expect((await send(body, "application/json")).status).toBe(200);
});
