import { expect, test } from "vitest";
import { filesLike, repositoryPaths, resolved, type SourceFile } from "./source-files.ts";

/** Relative links and pictures of Markdown which lead nowhere. Blocks and spans of code are no links. */
function linkComplaints(files: readonly SourceFile[], paths: readonly string[]): readonly string[] {
  const known = new Set(["", ...paths.map((path) => path.replace(/\/$/, ""))]);
  return files.flatMap(({ path, text }) => {
    const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, "").replaceAll(/`[^`\n]*`/g, "");
    const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)/g);
    const named = prose.matchAll(/^\s*\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm);
    const html = prose.matchAll(/\b(?:src|href)="([^"]+)"/g);
    return [...inline, ...named, ...html]
      .map(([, target]) => target!.replace(/[#?].*$/, ""))
      .filter((target) => target !== "" && !/^[a-z]+:/i.test(target))
      .filter((target) => !known.has(resolved(path, decodeURI(target)).replace(/\/$/, "")))
      .map((target) => `${path} links to ${target}`);
  });
}

test("every relative link of a Markdown file leads somewhere", () => {
  expect(linkComplaints(filesLike(/\.md$/), repositoryPaths())).toEqual([]);
});

test.each([
  "[text](docs/gone.md)",
  "![picture](gone.png)",
  "[text](docs/gone.md#part)",
  "[text][1]\n\n[1]: gone.md",
  '<img src="gone.png">',
])("a link that leads nowhere is noticed: %j", (text) => {
  expect(linkComplaints([{ path: "README.md", text }], ["docs/here.md"])).toHaveLength(1);
});

test.each([
  "[text](docs/here.md)",
  "[text](./docs/here.md#part)",
  "[text](docs/)",
  "[text](#part)",
  "[text](https://example.org/gone.md)",
  "`[text](gone.md)`",
  "```\n[text](gone.md)\n```",
])("one that leads somewhere, or elsewhere, is not: %j", (text) => {
  expect(linkComplaints([{ path: "README.md", text }], ["docs/", "docs/here.md"])).toEqual([]);
});
