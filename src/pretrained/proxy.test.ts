import { describe, expect, test } from "vitest";
import { type Environment, proxyAuthorization, proxyFor } from "./proxy.ts";

const proxyOf = (target: string, environment: Environment) => proxyFor(new URL(target), environment)?.href;
const secure = "https://huggingface.co/timm/x";
const plain = "http://mirror.example.org:8080/x";
const proxy = "http://proxy:3128";

describe("the proxy for an address", () => {
  test("is none where none is named", () => expect(proxyOf(secure, {})).toBeUndefined());

  test.each([
    [secure, { HTTPS_PROXY: proxy }],
    [secure, { https_proxy: proxy, HTTPS_PROXY: "http://other" }],
    [secure, { ALL_PROXY: proxy }],
    [secure, { HTTPS_PROXY: proxy, ALL_PROXY: "http://other", HTTP_PROXY: "http://other" }],
    [plain, { HTTP_PROXY: proxy, HTTPS_PROXY: "http://other" }],
    [plain, { HTTP_PROXY: "proxy:3128" }],
  ])("of %s is taken from %j", (target, environment) => expect(proxyOf(target, environment)).toBe(`${proxy}/`));

  test("of one kind does not serve the other", () => {
    expect(proxyOf(secure, { HTTP_PROXY: proxy })).toBeUndefined();
    expect(proxyOf(plain, { HTTPS_PROXY: proxy })).toBeUndefined();
    expect(proxyOf(secure, { HTTPS_PROXY: "" })).toBeUndefined();
  });

  test.each([
    ["*", secure],
    ["huggingface.co", secure],
    [".co", secure],
    ["a.org, HuggingFace.co", secure],
    ["example.org", plain],
    ["*.example.org", plain],
    ["mirror.example.org:8080", plain],
    ["127.0.0.1", "http://127.0.0.1:1234/x"],
    ["::1", "http://[::1]:1234/x"],
    ["[::1]:1234", "http://[::1]:1234/x"],
  ])("is passed by with NO_PROXY=%s for %s", (list, target) => {
    expect(proxyOf(target, { ALL_PROXY: proxy, NO_PROXY: list })).toBeUndefined();
  });

  test.each([
    ["ingface.co", secure],
    ["huggingface.co:80", secure],
    ["example.org:80", plain],
    ["huggingface.com", secure],
    [" , ", secure],
  ])("is not passed by with NO_PROXY=%j for %s", (list, target) => {
    expect(proxyOf(target, { ALL_PROXY: proxy, NO_PROXY: list })).toBe(`${proxy}/`);
  });

  test("is refused where it is spoken to otherwise, and its password is not said", () => {
    const named = { HTTPS_PROXY: "socks5://me:secret@proxy:1080" };
    expect(() => proxyOf(secure, named)).toThrow("weights/proxy: HTTPS_PROXY does not name");
    expect(() => proxyOf(secure, named)).not.toThrow("secret");
  });
});

test("a name and a password in its address become a header", () => {
  expect(proxyAuthorization(new URL("http://me:se%40cret@proxy"))).toEqual({
    "proxy-authorization": `Basic ${Buffer.from("me:se@cret").toString("base64")}`,
  });
  expect(proxyAuthorization(new URL(proxy))).toEqual({});
});
