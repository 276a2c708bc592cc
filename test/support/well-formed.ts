// Whether markup is well-formed in the strict sense: every tag closed in its turn, attributes in quotes, entities known. Browsers
// forgive more, and guess.

const empty = new Set(["area", "br", "col", "hr", "img", "input", "link", "meta"]);

/** What is wrong with markup, in words; nothing where it is fine. */
export function wellFormed(markup: string): readonly string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const body = markup.replace(/^<!doctype html>\s*/, "").replace(/<style>[^<]*<\/style>/g, "<style></style>");
  const tag = /<(\/?)([a-z][\w-]*)((?:\s+[\w-]+(?:="[^"<]*")?)*)\s*(\/?)>/giy;
  let at = 0;
  while (at < body.length) {
    const next = body.indexOf("<", at);
    const text = body.slice(at, next < 0 ? undefined : next);
    if (/[>"]/.test(text.replace(/[^>]/g, ""))) wrong.push(`a loose ">" in ${JSON.stringify(text.slice(0, 40))}`);
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) wrong.push(`a loose "&" in ${JSON.stringify(text.slice(0, 40))}`);
    if (next < 0) break;
    tag.lastIndex = next;
    const found = tag.exec(body);
    if (found === null) return [...wrong, `no tag at ${JSON.stringify(body.slice(next, next + 60))}`];
    const [whole, closing, name = "", , self] = found;
    if (closing) {
      const last = open.pop();
      if (last !== name) return [...wrong, `</${name}> closes <${last}>`];
    } else if (!self && !empty.has(name)) open.push(name);
    at = next + whole.length;
  }
  return [...wrong, ...open.map((name) => `<${name}> is never closed`)];
}
