import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressOf, authorityOf, isLoopback, knownHosts } from "./hosts.ts";

/** Whether a server at `host` takes a request for `asked`. */
function taken(host: string, asked: string, more: readonly string[] = []): boolean {
  const authority = authorityOf(asked);
  return authority !== undefined && knownHosts(host, more)(authority.name);
}

describe("a server on loopback", () => {
  test.each([
    "localhost",
    "localhost:8080",
    "LOCALHOST:8080",
    "LocalHost",
    "localhost.",
    "localhost.:8080",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1:65535",
    "127.0.0.1:",
    "127.0.0.1.",
    "[::1]",
    "[::1]:8080",
    "[0:0:0:0:0:0:0:1]:8080",
    "[0000::0001]",
    "[::0.0.0.1]",
  ])("is asked for as %j", (asked) => expect(taken("127.0.0.1", asked)).toBe(true));

  test.each([
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "evil.localhost",
    "localhost@evil.example",
    "evil.example@localhost",
    "localhost:80:80",
    "localhost:http",
    "localhost:-1",
    "localhost:65536",
    "localhost, evil.example",
    "localhost evil.example",
    "localhost/evil.example",
    "localhost#evil.example",
    "localhost?evil.example",
    "localhost\\evil.example",
    "localhost\tevil",
    "localhost..",
    "%6cocalhost",
    "localhоst", // a Cyrillic o
    "127.0.0.2",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "0.0.0.0",
    "169.254.169.254",
    "192.168.0.10:8080",
    "[::]",
    "[::ffff:7f00:1]",
    "[::1",
    "::1",
    "[::1%25lo]",
    "[127.0.0.1]",
    "",
    ".",
    "..",
    ":8080",
  ])("is not asked for as %j", (asked) => expect(taken("127.0.0.1", asked)).toBe(false));
});

describe("a server elsewhere", () => {
  test.each([
    ["192.168.0.10", "192.168.0.10:8080", true],
    ["192.168.0.10", "localhost:8080", true],
    ["192.168.0.10", "192.168.0.11:8080", false],
    ["192.168.0.10", "evil.example", false],
    ["Photos.Example.org", "photos.example.ORG.:443", true],
    ["photos.example.org", "example.org", false],
    ["fd00::0001", "[fd00:0::1]:8080", true],
    ["fd00::1", "[fd00::2]", false],
    ["0.0.0.0", "192.168.0.10:8080", true],
    ["0.0.0.0", "[fd00::1]:8080", true],
    ["::", "10.0.0.1", true],
    ["0.0.0.0", "evil.example:8080", false],
    ["0.0.0.0", "photos.example.org", false],
  ])("at %s, asked for as %s: %s", (host, asked, expected) => expect(taken(host, asked)).toBe(expected));

  test("has the other names that were said", () => {
    expect(taken("0.0.0.0", "photos.example.org", ["Photos.example.org"])).toBe(true);
    expect(taken("127.0.0.1", "[fd00::2]:80", ["fd00::2"])).toBe(true);
  });
});

test("whatever text is sent as Host, it is read or refused, and never taken for a name that is not in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const authority = authorityOf(text);
      if (authority === undefined || text.startsWith("[")) return;
      expect(text.toLowerCase()).toContain(authority.name);
    }),
    { numRuns: 2000 },
  );
});

test.each(["localhost", "127.0.0.1", "127.9.9.9", "::1", "LOCALHOST"])("%s is loopback", (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each(["0.0.0.0", "::", "192.168.0.10", "127.example.org", "localhost.example.org", ""])(
  "%j is not loopback",
  (host) => expect(isLoopback(host)).toBe(false),
);

test("an address is one that a browser opens", () => {
  expect(addressOf("127.0.0.1", 80)).toBe("http://127.0.0.1:80");
  expect(addressOf("::1", 8080)).toBe("http://[::1]:8080");
  expect(addressOf("0.0.0.0", 8080)).toBe("http://127.0.0.1:8080");
});
