import { describe, expect, test } from "vitest";
import { expectNothingWrong } from "./axe.ts";
import { chromiumForTests, drop } from "./browser.ts";
import { exportedPage, photo, shown } from "./exported-page.ts";
import { classes } from "./model.ts";

const open = chromiumForTests();
const exported = exportedPage();
const hat = async () => ({
  name: "hat.png",
  mimeType: "image/png",
  type: "image/png",
  bytes: await photo("hat/hat-01").resize(233, 151).png().toBuffer(),
});

test("axe finds nothing wrong: empty, with an answer, all open, a problem, the camera; light and dark", async () => {
  const { page, context } = await open(exported.url(), { reducedMotion: "reduce" });
  const nothingWrong = () => expectNothingWrong(page);
  await page.getByText("Ready for a picture.").waitFor();
  await nothingWrong();
  await drop(page, [await hat()]);
  await page.locator("#measured", { hasText: "hat.png" }).waitFor();
  await nothingWrong();
  await shown(page, "hat.png");
  await page.getByText("What is this model?").click();
  await nothingWrong();
  await drop(page, []);
  await page.locator("#problem:not(:empty)").waitFor();
  await nothingWrong();
  await context.grantPermissions(["camera"]);
  await page.locator("#camera").click();
  await page.locator("#live").click();
  await page.locator("#measured", { hasText: "camera" }).waitFor();
  await nothingWrong();
  await context.close();
});

test("nothing sticks out, on a phone or a desk", async () => {
  const { page, context } = await open(exported.url());
  await page.getByText("What is this model?").click();
  await drop(page, [{ ...(await hat()), name: `${"a_very_long_name_without_a_break_".repeat(6)}.png` }]);
  await shown(page, ".png");
  for (const width of [320, 375, 768, 1280]) {
    await page.setViewportSize({ width, height: 700 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  }
  await context.close();
});

describe("without a mouse", () => {
  test("a picture is chosen, all classes are opened, the panel too", async () => {
    const { page, context } = await open(exported.url());
    const focused = () => page.evaluate("document.activeElement.id || document.activeElement.localName");
    const chooser = page.waitForEvent("filechooser"); // well before it opens: Chromium has to be told to hand it over
    const { name, mimeType, bytes } = await hat();
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("choose");
    await page.keyboard.press("Enter");
    await (await chooser).setFiles({ name, mimeType, buffer: bytes });
    await page.locator("#measured", { hasText: name }).waitFor();
    expect(await page.getByRole("status").textContent()).toMatch(/^.+, \d+\.\d %$/);
    const order = [];
    for (let press = 0; press < 3; press++) {
      await page.keyboard.press("Tab");
      order.push(await focused());
      if (press > 0) await page.keyboard.press("Enter");
    }
    expect(order).toEqual(["camera", "all", "summary"]);
    expect(await page.locator("#classes li").count()).toBe(7);
    expect(await page.locator("#facts").isVisible()).toBe(true);
    await context.close();
  });

  test("a picture is pasted", async () => {
    const { page, context } = await open(exported.url());
    const { bytes } = await hat();
    await page.evaluate((base64) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], "image.png", { type: "image/png" }));
      dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer }));
    }, bytes.toString("base64"));
    await shown(page, "image.png");
    await context.close();
  });
});

describe("the camera", () => {
  test("is classified once, then live, then let go", async () => {
    const { page, context, said } = await open(exported.url());
    await context.grantPermissions(["camera"]);
    await page.locator("#camera").click();
    await page.locator("#shoot").click();
    await page.locator("#measured", { hasText: "camera" }).waitFor();
    expect(await page.getByRole("status").textContent()).toMatch(/ %$/);
    const live = page.locator("#live");
    await live.click();
    expect(await live.getAttribute("aria-pressed")).toBe("true");
    const times = new Set<string | null>();
    await expect.poll(async () => times.add(await page.locator("#measured").textContent()).size).toBeGreaterThan(2);
    const name = await page.getByRole("status").textContent(); // a class alone, so that it is said only when it changes
    expect(classes).toContain(name);
    await live.click();
    await live.click();
    await expect.poll(() => page.getByRole("status").textContent()).toBe(name);
    await page.locator("#stop").click();
    expect(await live.getAttribute("aria-pressed")).toBe("false");
    expect(await page.evaluate("document.getElementById('video').srcObject")).toBe(null);
    expect(await page.evaluate("document.activeElement.id")).toBe("camera");
    expect(await page.getByRole("status").textContent()).toBe("Ready for a picture.");
    expect(said).toEqual([]);
    await context.close();
  });

  test("that is not allowed is refused in words", async () => {
    const { page, context } = await open(exported.url());
    await page.locator("#camera").click();
    await page.getByText("The camera was not allowed.").waitFor();
    expect(await page.locator("#choose").isVisible()).toBe(true);
    await context.close();
  });
});
