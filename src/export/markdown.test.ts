import { describe, expect, test } from "vitest";
import { escaped } from "./markdown.ts";

/** What CommonMark and GitHub make of backslashes before punctuation: the punctuation itself, without its meaning. */
const shown = (text: string) => text.replace(/\\([!-/:-@[-`{-~])/g, "$1");

describe("a name in a model card is text", () => {
  test.each([
    "cat",
    "t-shirt 2.0",
    "](https://evil.example) [x",
    "<script>alert(1)</script>",
    "a | b",
    "`code` **bold** _it_ ~~no~~ $x$",
    "![](http://x/y.png)",
    "&lt;",
    "www.evil.example",
    "me@evil.example",
    "back\\slash",
    "# title",
  ])("%s", (name) => {
    expect(shown(escaped(name))).toBe(name);
    expect(escaped(name)).not.toMatch(/(?<!\\)(?:\\\\)*[`*_{}[\]<>()#!|~&:@$]|www\./i);
  });

  test("on one line, and steers nothing", () => {
    expect(escaped("a\n# b\r\u2028\u202ec\u0000")).toBe("a\ufffd\\# b\ufffd\ufffd\ufffdc\ufffd");
  });
});
