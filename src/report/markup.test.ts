import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asIs, html } from "./markup.ts";

/** What is left of a text when everything that it may say safely is taken away. */
function dangerous(markup: string): string {
  return markup.replace(/&(?:amp|lt|gt|quot|#39);/g, "").replace(/[^&<>"']/gu, "");
}

describe("what is put into a template", () => {
  test("is text and nothing else, between tags and in attributes", () => {
    const name = `"><img src=x onerror='alert(1)'>&amp;`;
    expect(html`<b title="${name}">${name}</b>`.markup).toBe(
      `<b title="&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;">&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;</b>`,
    );
  });

  test("can be any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(dangerous(html`${text}`.markup)).toBe("");
      }),
    );
  });

  test("cannot turn the direction of what stands around it, nor be a control character", () => {
    expect(html`${"a\u202eb\u0000c\nd"}`.markup).toBe("a\ufffdb\ufffdc\ufffdd");
  });

  test("stays as it is where it is markup, alone or in lists, and is nothing where it says nothing", () => {
    const items = ["<", ">"].map((name) => html`<li>${name}</li>`);
    expect(html`<ul>${items}</ul>${null}${undefined}${false}${0}${asIs("<hr>")}`.markup).toBe(
      "<ul><li>&lt;</li><li>&gt;</li></ul>0<hr>",
    );
  });
});
