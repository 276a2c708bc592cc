// Requests to a served model as they come on an evil day: two of three are what they should be, the third is hostile. Each
// says with which status it has to be answered. What chance does is the same for the same seed.

import { Agent, request } from "node:http";
import { connect } from "node:net";
import { deflateSync, gzipSync } from "node:zlib";
import sharp from "sharp";
import { type Stream, stream } from "../../src/random.ts";
import { solidPng } from "./hostile-folder.ts";
import { rawExchange, statusIn } from "./raw-exchange.ts";

export interface MixedRequest {
  readonly kind: string;
  readonly hostile: boolean;
  /** Any of these is right; 0 for no answer at all, where whoever asked has left. */
  readonly expected: readonly number[];
  /** Takes so long that others should not wait for it. */
  readonly slow: boolean;
  send(): Promise<number>;
}

/** What the server has to be started with, so that requests of a few megabytes are too large. */
export const servingOptions = ["--max-body", "1MB", "--max-pixels", "20000000", "--request-seconds", "8"];

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

type Kind = readonly [kind: string, make: (random: Stream) => Sent | (() => Promise<number>), ...expected: number[]];

/** `count` requests to the server at this port. */
export async function mixedRequests(port: number, count: number, seed: number): Promise<readonly MixedRequest[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const pictures = await drawnPictures(seed);
  const [good, hostile] = [goodKinds(pictures), hostileKinds(port, pictures)];
  const slow = new Set(["slow body", "slow headers"]);
  return Array.from({ length: count }, (_, i) => {
    const random = stream(seed, `request ${i}`);
    const evil = i % 3 === 2;
    const kinds = evil ? hostile : good;
    const [kind, make, ...expected] = kinds[Math.floor(i / 3) % kinds.length]!;
    const made = make(random);
    const send = typeof made === "function" ? made : () => exchanged(port, agent, made);
    return { kind, hostile: evil, expected, slow: slow.has(kind), send };
  });
}

async function drawnPictures(seed: number): Promise<readonly Uint8Array[]> {
  const random = stream(seed, "pictures");
  const raw = (width: number, height: number) =>
    sharp(
      Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 90 * Math.sin(i / 70) + 30 * random()),
      { raw: { width, height, channels: 3 } },
    );
  const made = [
    raw(120, 90).jpeg(),
    raw(200, 300).jpeg({ progressive: true }),
    raw(80, 80).png(),
    raw(150, 100).webp(),
    raw(64, 64).gif(),
    raw(90, 60).tiff(),
    raw(100, 100).withMetadata({ orientation: 6 }).jpeg(),
  ];
  return Promise.all(made.map((one) => one.toBuffer()));
}

const picture = { "content-type": "image/jpeg" };
const classify = "/v1/classify";

function goodKinds(pictures: readonly Uint8Array[]): readonly Kind[] {
  const any = (random: Stream) => pictures[Math.floor(random() * pictures.length)]!;
  const base64 = (random: Stream) => Buffer.from(any(random)).toString("base64");
  return [
    ["one picture", (random) => ({ headers: picture, body: any(random) }), 200],
    [
      "one picture, asked more",
      (random) => ({ path: `${classify}?top=2&coverage=0.9&reject=0.1`, headers: picture, body: any(random) }),
      200,
    ],
    ["a form", (random) => form([any(random), any(random)]), 200],
    ["JSON", (random) => json({ images: [{ data: base64(random) }, { name: "🦉.png", data: base64(random) }] }), 200],
    ["some of them damaged", (random) => form([any(random), any(random).subarray(0, 40)]), 200],
    [
      "a picture, and now and then one of 19 megapixels",
      (random) => ({ headers: picture, body: random() < 0.2 ? solidPng(5000, 3900, random) : any(random) }),
      200,
    ],
    ["the card", () => ({ method: "GET", path: "/v1/model" }), 200],
    ["health", () => ({ method: "GET", path: "/healthz" }), 200],
    ["metrics", () => ({ method: "GET", path: "/metrics" }), 200],
    ["the description", () => ({ method: "GET", path: "/openapi.json" }), 200],
    [
      "a browser of our own",
      (random) => ({ headers: { ...picture, "sec-fetch-site": "same-origin" }, body: any(random) }),
      200,
    ],
  ];
}

function hostileKinds(port: number, pictures: readonly Uint8Array[]): readonly Kind[] {
  const any = (random: Stream) => pictures[Math.floor(random() * pictures.length)]!;
  const sent = (make: (random: Stream) => Uint8Array | string) => (random: Stream) => ({
    headers: picture,
    body: make(random),
  });
  const headed = (headers: Readonly<Record<string, string>>) => (random: Stream) => ({
    headers: { ...picture, ...headers },
    body: any(random),
  });
  const typed = (type: string, body: string) => () => ({ headers: { "content-type": type }, body });
  const at =
    (path: string, method = "GET") =>
    () => ({ method, path });
  const raw = (text: string | ((random: Stream) => string)) => (random: Stream) => async () => {
    const texts = [typeof text === "string" ? text : text(random)];
    return statusIn(await rawExchange({ port, texts, until: /\r\n\r\n/ })) || 0;
  };
  const head = `POST ${classify} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: image/jpeg\r\n`;
  const chance = (random: Stream, length: number) => Uint8Array.from({ length }, () => random() * 256);
  return [
    ["cut short", sent((random) => any(random).subarray(0, 20 + 60 * random())), 422],
    ["bytes of chance", sent((random) => chance(random, 3000)), 422],
    ["a bomb", sent((random) => solidPng(17_000, 17_000, random)), 413],
    ["a long bomb", sent((random) => solidPng(2_000_000, 60, random)), 413],
    ["a bomb in a form", (random) => form([solidPng(30_000, 30_000, random)]), 413],
    ["a bomb behind a small header", sent((random) => liar(random)), 422],
    [
      "a drawing called a photo",
      sent((random) => `<svg width="${random()}" xmlns="http://www.w3.org/2000/svg"/>`),
      422,
    ],
    ["a drawing", typed("image/svg+xml", "<svg/>"), 415],
    ["text", typed("text/plain", "hello"), 415],
    ["nothing", sent(() => ""), 400],
    ["packed", (random) => ({ headers: { ...picture, "content-encoding": "gzip" }, body: gzipSync(any(random)) }), 415],
    ["too much", sent((random) => chance(random, 2_000_000)), 413],
    ["JSON that only opens", typed("application/json", `{"images":${"[".repeat(900_000)}`), 413],
    [
      "JSON of many names",
      typed("application/json", `{${Array.from({ length: 90_000 }, (_, i) => `"${i}":0`).join()}}`),
      413,
    ],
    ["JSON that is none", typed("application/json", '{"images": [{"data": "AAAA"}'), 400],
    ["base64 that is none", typed("application/json", '{"images": [{"data": "../../etc/passwd"}]}'), 400],
    ["a form of thousands", typed("multipart/form-data; boundary=x", "--x\r\n\r\n\r\n".repeat(80_000)), 413],
    ["a form that does not end", typed("multipart/form-data; boundary=x", "--x\r\nContent-"), 400],
    ["a wild question", at(`${classify}?top=${"9".repeat(400)}`, "POST"), 400],
    ["a foreign host", headed({ host: "evil.example" }), 403],
    ["a host that looks like ours", headed({ host: `127.0.0.1.evil.example:${port}` }), 403],
    ["a foreign origin", headed({ origin: "http://evil.example" }), 403],
    ["an origin of another port", headed({ origin: "http://127.0.0.1:5173" }), 403],
    ["no origin", headed({ origin: "null" }), 403],
    ["another site", headed({ "sec-fetch-site": "cross-site" }), 403],
    [
      "the host of the target",
      raw(`GET http://evil.example/v1/model HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
      403,
    ],
    ["a path upwards", raw(`GET /v1/../../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`), 404],
    ["a path in disguise", at("/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), 404],
    ["a path with a zero", at("/v1/model%00.jpg"), 404],
    ["a path with backslashes", raw(`GET /..\\..\\etc\\passwd HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`), 400],
    ["another method", at("/v1/model", "DELETE"), 405],
    ["a tunnel", raw(`CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n`), 0, 400, 403, 405],
    ["long headers", raw(`${head}X: ${"x".repeat(30_000)}\r\n\r\n`), 431],
    ["no HTTP", raw((random) => `${Buffer.from(chance(random, 200)).toString("latin1")}\r\n\r\n`), 400],
    ["two lengths", raw(`${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`), 400],
    ["a piece of wild length", raw(`${head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`), 400],
    ["leaving early", (random) => () => leaving(port, head, any(random)), 0],
    ["leaving before the answer", (random) => () => leaving(port, `${head}Content-Length: 0\r\n`, any(random)), 0],
    [
      "slow body",
      () => () =>
        rawExchange({ port, texts: [`${head}Content-Length: 100\r\n\r\nabc`], until: /\r\n\r\n/ }).then(statusIn),
      408,
    ],
    ["slow headers", () => () => rawExchange({ port, texts: [head], until: /\r\n\r\n/ }).then(statusIn), 408],
  ];
}

/** A PNG that says that it is small and holds 60 megabytes. */
function liar(random: Stream): Uint8Array {
  const png = Buffer.from(solidPng(64, 64, random));
  const at = png.indexOf("IDAT");
  return Buffer.concat([png.subarray(0, at + 4), inflated, png.subarray(at + 4)]);
}
const inflated = deflateSync(new Uint8Array(60e6));

/** Says that much will come, sends a little, and goes. */
async function leaving(port: number, head: string, bytes: Uint8Array): Promise<number> {
  const line = connect(port, "127.0.0.1");
  await new Promise<void>((resolve) => line.on("connect", resolve));
  line.on("error", () => {});
  line.write(`${head}${head.includes("Length") ? "" : "Content-Length: 99999\r\n"}\r\n`);
  line.write(bytes);
  await new Promise((resolve) => setTimeout(resolve, 20));
  line.destroy();
  return 0;
}

function json(content: unknown): Sent {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(content) };
}

function form(files: readonly Uint8Array[]): Sent {
  const parts = files.flatMap((bytes, i) => [
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="f"; filename="../${i}.jpg"\r\n\r\n`),
    bytes,
    Buffer.from("\r\n"),
  ]);
  const body = Buffer.concat([...parts, Buffer.from("--b--\r\n")]);
  return { headers: { "content-type": "multipart/form-data; boundary=b" }, body };
}

/** The status of the answer, when it has been read to its end; 0 where none came. */
function exchanged(
  port: number,
  agent: Agent,
  { method = "POST", path = classify, headers = {}, body = "" }: Sent,
): Promise<number> {
  return new Promise((resolve) => {
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const asking = request(
      { port, host: "127.0.0.1", agent, method, path, headers: { ...length, ...headers } },
      (answer) => {
        answer.resume();
        answer.on("close", () => resolve(answer.statusCode ?? 0));
      },
    );
    asking.on("error", () => resolve(0));
    asking.end(body);
  });
}
