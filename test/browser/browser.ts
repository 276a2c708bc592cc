// Chromium for tests: started once for a file, with a camera that is drawn, and never talking to anyone by itself.

import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
];

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything on the console, and errors that nothing caught. */
  readonly said: readonly string[];
  /** Addresses that were asked for. */
  readonly requests: readonly string[];
}

/** A function that opens a page in a context of its own. The browser ends after the last test of the file. */
export function chromiumForTests(): (url: string, options?: BrowserContextOptions) => Promise<OpenPage> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
  });
  afterAll(() => browser?.close());
  return async (url, options = {}) => {
    const context = await browser!.newContext(options);
    const page = await context.newPage();
    const [said, requests]: [string[], string[]] = [[], []];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    context.on("request", (request) => requests.push(request.url()));
    await page.goto(url);
    return { page, context, said, requests };
  };
}

/** Drops files onto the page, as a hand does. @param on - where, as a selector */
export async function drop(
  page: Page,
  files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[],
  on = "#frame",
): Promise<void> {
  const given = files.map(({ bytes, ...file }) => ({ ...file, base64: Buffer.from(bytes).toString("base64") }));
  const dataTransfer = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
  }, given);
  await page.dispatchEvent(on, "dragover", { dataTransfer });
  await page.dispatchEvent(on, "drop", { dataTransfer });
}
