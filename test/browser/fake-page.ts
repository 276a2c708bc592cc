// The dashboard's page in Chromium, before a server for the tests of a file. What a page says on the console, as when its
// policy has forbidden something, makes a test fail.

import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { chromiumForTests, type OpenPage } from "./browser.ts";
import { type FakeDashboard, serveFakeDashboard, token } from "./fake-dashboard.ts";

export interface PageTests {
  /** Opens a path of the page, as the address in the terminal does. */
  open(path: string, options?: BrowserContextOptions & { readonly token?: string | null }): Promise<OpenPage>;
  server(): FakeDashboard;
}

/** What Chromium says of every answer that is a problem; those are the page's to tell. */
const refusal = /^Failed to load resource: the server responded with a status of 4/;

/** @param each - whether every test has a server of its own, as where it changes something */
export function pageTests({ each = false } = {}): PageTests {
  const chromium = chromiumForTests();
  let server: FakeDashboard | undefined;
  const opened: OpenPage[] = [];
  const begin = async () => {
    server = await serveFakeDashboard({ runs: 120 });
  };
  const end = () => server?.close();
  if (each) {
    beforeEach(begin);
    afterEach(end);
  } else {
    beforeAll(begin);
    afterAll(end);
  }
  afterEach(async () => {
    const said = opened.flatMap(({ said }) => said);
    for (const { context } of opened.splice(0)) await context.close();
    expect(said.filter((text) => !refusal.test(text))).toEqual([]);
  });
  return {
    server: () => server!,
    async open(path, { token: given = token, ...options } = {}) {
      const fragment = given === null ? "" : `#token=${given}`;
      const page = await chromium(`${server!.url}${path}${fragment}`, options);
      opened.push(page);
      return page;
    },
  };
}

/** The pictures of the grid. */
export function tiles(page: Page): Locator {
  return page.getByRole("listbox", { name: "Pictures" }).getByRole("option");
}
