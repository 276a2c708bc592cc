import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundaryOf, partsOf } from "./multipart.ts";

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const read = (text: string, boundary = "b", most = 10) =>
  partsOf(bytesOf(text), boundary, most)?.map(({ bytes, ...rest }) => ({
    ...rest,
    text: Buffer.from(bytes).toString("latin1"),
  }));

describe("a boundary", () => {
  test.each([
    ["multipart/form-data; boundary=b", "b"],
    ['multipart/form-data; charset=utf-8; Boundary="a b"', "a b"],
    ["multipart/form-data;boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW"],
    ["multipart/form-data", undefined],
    ["multipart/form-data; boundary=", undefined],
    ['multipart/form-data; boundary=""', undefined],
    [`multipart/form-data; boundary=${"x".repeat(71)}`, undefined],
  ])("of %j is %j", (type, boundary) => expect(boundaryOf(type)).toBe(boundary));
});

describe("parts", () => {
  const file = 'content-disposition: form-data; name="f"; filename="a.jpg"\r\nContent-Type: image/jpeg';

  test("are read with their names and types", () => {
    expect(read(`--b\r\n${file}\r\n\r\none\r\n--b\r\n${file}\r\n\r\n\r\ntwo\r\n\r\n--b--\r\n`)).toEqual([
      { name: "f", fileName: "a.jpg", type: "image/jpeg", text: "one" },
      { name: "f", fileName: "a.jpg", type: "image/jpeg", text: "\r\ntwo\r\n" },
    ]);
  });

  test.each([
    ["nothing", "--b--", []],
    ["a text before and after", `hello\r\n--b\r\n${file}\r\n\r\none\r\n--b--\r\nbye --b`, ["one"]],
    ["blanks behind the boundary", `--b \t\r\n${file}\r\n\r\none\r\n--b--`, ["one"]],
    ["no headers", "--b\r\n\r\none\r\n--b--", ["one"]],
    ["no bytes", `--b\r\n${file}\r\n\r\n\r\n--b--`, [""]],
    ["the boundary inside of a line", `--b\r\n${file}\r\n\r\none --b two\r\n--b--`, ["one --b two"]],
  ])("may have %s", (_, text, expected) => expect(read(text)?.map((part) => part.text)).toEqual(expected));

  test.each([
    ["nothing at all", ""],
    ["no boundary", "one"],
    ["another boundary", `--c\r\n${file}\r\n\r\none\r\n--c--`],
    ["no end", `--b\r\n${file}\r\n\r\none`],
    ["no end of their headers", `--b\r\n${file}`],
    ["a boundary that only begins as theirs", `--bb\r\n${file}\r\n\r\none\r\n--bb--`],
    ["headers without end", `--b\r\nx: ${"x".repeat(9000)}\r\n\r\none\r\n--b--`],
  ])("are none with %s", (_, text) => expect(read(text)).toBeUndefined());

  test.each([
    ['name="f"; filename="a \\"b\\".jpg"', 'a "b".jpg'],
    ['name="f"; filename="a %22b%22.jpg"', 'a "b".jpg'],
    ['filename=a.jpg; name="f"', "a.jpg"],
    ['name="f"; filename="C:\\\\photos\\\\a.jpg"', "C:\\photos\\a.jpg"],
    ['name="f"; filename=""', ""],
    ['name="f"', undefined],
  ])("with %s are called %j", (disposition, fileName) => {
    expect(read(`--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\none\r\n--b--`)).toEqual([
      { name: "f", fileName, type: undefined, text: "one" },
    ]);
  });

  test("are counted only so far", () => {
    expect(read("--b\r\n\r\n\r\n".repeat(1000), "b", 3)).toHaveLength(4);
  });

  test("come back as they were sent, whatever is in them", () => {
    const part = fc.uint8Array({ maxLength: 200 }).filter((bytes) => !Buffer.from(bytes).includes("\r\n--b"));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (list) => {
        const body = Buffer.concat([
          ...list.flatMap((bytes) => [Buffer.from(`--b\r\n${file}\r\n\r\n`), bytes, Buffer.from("\r\n")]),
          Buffer.from("--b--\r\n"),
        ]);
        expect(partsOf(body, "b", 10)?.map(({ bytes }) => [...bytes])).toEqual(list.map((bytes) => [...bytes]));
      }),
    );
  });

  test("of any text are read or refused", () => {
    const piece = fc.oneof(fc.constantFrom("--b", "\r\n", "--", "\r\n\r\n", file, "\0"), fc.string({ maxLength: 10 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join("");
        const total = (read(text) ?? []).reduce((sum, part) => sum + part.text.length, 0);
        expect(total).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });
});
