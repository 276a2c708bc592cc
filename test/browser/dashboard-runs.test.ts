import { describe, expect, test } from "vitest";
import { drop } from "./browser.ts";
import { pageTests } from "./fake-page.ts";
import { photo } from "./exported-page.ts";

const { open, server } = pageTests({ each: true });

describe("a run that learns", () => {
  test("is watched: what it does, its curves, and the end, without a load", async () => {
    const { page, requests } = await open("runs/shoes-or-hats");
    await page.getByText("Stage 2 of 2, epoch 2 of 8").waitFor();
    const curve = page.locator("svg.chart .line.first path").first();
    await curve.waitFor();
    const before = await curve.getAttribute("d");
    const loads = requests.filter((url) => url.endsWith("/runs/shoes-or-hats")).length;
    server().training.go(45);
    await page.getByText("Stage 2 of 2, epoch 4 of 8").waitFor();
    await expect.poll(() => curve.getAttribute("d")).not.toBe(before);
    await page.getByText("Loss of this epoch").waitFor();
    expect(await page.locator(".figures.small dd").last().textContent()).toBe("118");
    server().training.go(1000);
    await page.getByText("Key figures").or(page.getByText("Balanced accuracy")).first().waitFor();
    expect(await page.locator("h1 .state").textContent()).toBe("finished");
    expect(requests.filter((url) => url.endsWith(":0/runs/shoes-or-hats")).length).toBeLessThanOrEqual(loads);
  });

  test("is told of at most every ten seconds", async () => {
    const { page } = await open("runs/shoes-or-hats");
    await page.getByText("Stage 2 of 2, epoch 2 of 8").waitFor();
    await page.evaluate(
      "window.told = []; new MutationObserver(() => told.push(document.querySelector('[role=status]').textContent)).observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true })",
    );
    for (let epoch = 0; epoch < 5; epoch++) {
      server().training.go(20);
      await page.waitForTimeout(150);
    }
    await page.getByText("Stage 2 of 2, epoch 7 of 8").waitFor();
    expect(await page.evaluate("told.length")).toBe(1);
    expect(await page.evaluate("told[0]")).toMatch(/^Epoch \d of 8: [\d.]+ % of the held-back pictures right\.$/);
  });

  test("is stopped and goes on", async () => {
    const { page } = await open("runs/shoes-or-hats");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Stop" }).waitFor();
    expect(server().asked.filter((asked) => asked.startsWith("POST"))).toEqual([
      "POST runs/shoes-or-hats/stop",
      "POST runs/shoes-or-hats/resume",
    ]);
  });
});

describe("a new run", () => {
  test("goes from a folder to the adviser's proposal, adjusted, to its page", async () => {
    const { page } = await open("new");
    await page.getByRole("button", { name: "photos" }).click();
    await page.getByRole("button", { name: "clothing" }).click();
    await page.getByRole("button", { name: "Take this folder" }).click();
    await page.getByText("copies in different classes").waitFor();
    await page.getByRole("button", { name: "Ask the adviser" }).click();
    await page.getByText("Trial 3, epoch 7 of 8").waitFor();
    const asked = server().asked.find((asked) => asked === "POST advices");
    expect(asked).toBeDefined();
    await page.getByText("Under way").waitFor();
    server().advise(1000);
    await page.getByText("What would change its mind").waitFor();
    await page.getByText("the whole network").waitFor(); // what it would cost
    await page.getByRole("button", { name: "Adjust it below" }).click();
    expect(await page.getByRole("combobox", { name: /^Strategy/ }).inputValue()).toBe("hybrid");
    await page.getByRole("textbox", { name: /^Epochs/ }).fill("5,12");
    await page.getByRole("textbox", { name: /^Name/ }).fill("my-clothes");
    await page
      .getByText(
        "reinception train /home/ada/photos/clothing --strategy hybrid --unfreeze 'from mixed_7b' --epochs 5,12 --learning-rate 0.001",
      )
      .waitFor();
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByRole("heading", { name: "my-clothes" }).waitFor();
    expect(page.url()).toMatch(/\/runs\/my-clothes$/);
  });

  test("is the proposal as it is, where that is wanted: the adviser's run goes on", async () => {
    const { page } = await open("new?data=/home/ada/photos/clothing");
    await page.getByRole("button", { name: "Ask the adviser" }).click();
    await page.getByText("Under way").waitFor();
    server().advise(1000);
    await page.getByRole("button", { name: "Make this model" }).click();
    await page.getByRole("heading", { name: /^advise-1/ }).waitFor();
    expect(server().asked).toContain("POST runs/advise-1/resume");
  });

  test("that cannot be says why, and what to do", async () => {
    const { page } = await open("new?data=/home/ada/photos/clothing");
    await page.getByRole("combobox", { name: /^Strategy/ }).selectOption("hybrid");
    await page.getByRole("textbox", { name: /^Epochs/ }).fill("0");
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByRole("alert").filter({ hasText: "--epochs is 0" }).waitFor();
  });
});

describe("a model is tried", () => {
  const hat = async () => ({ name: "hat.png", type: "image/png", bytes: await photo("hat/hat-01").png().toBuffer() });

  test("with a picture that is dropped: classes, a map, and what is most like it", async () => {
    const { page, requests } = await open("runs/clothing/try");
    await page.getByText("Drop pictures here").waitFor();
    await drop(page, [await hat()], ".drop");
    const answer = page.getByRole("region", { name: "What it says of hat.png" });
    await answer.waitFor();
    expect(await answer.locator(".bars li").allTextContents()).toContain("hat87.4 %");
    expect(await answer.locator(".nearest img").count()).toBe(5);
    await answer.getByRole("checkbox").check();
    await answer.getByRole("img", { name: "Where it looks for hat" }).waitFor();
    expect(await page.getByRole("status").textContent()).toBe("hat.png: hat, 87 %.");
    expect(requests.filter((url) => !/^(?:blob|data):/.test(url) && !url.startsWith(server().url))).toEqual([]);
  });

  test("with one that is unlike anything it has learnt, and with none at all", async () => {
    const { page } = await open("runs/clothing/try");
    await page.getByText("Drop pictures here").waitFor();
    const bytes = await photo("hat/hat-01").resize(40, 40).linear(0, 90).png().toBuffer();
    await drop(page, [{ name: "grey.png", type: "image/png", bytes }], ".drop");
    await page.getByText("Unlike anything it has learnt.", { exact: true }).waitFor();
    await drop(page, [{ name: "notes.txt", type: "text/plain", bytes: Buffer.from("x") }], ".drop");
    await page.getByText("No picture was in what you gave.").waitFor();
    await drop(page, [{ name: "half.png", type: "image/png", bytes: Buffer.from("x") }], ".drop");
    await page.getByRole("alert").filter({ hasText: "is not a picture" }).waitFor();
  });

  test("with the camera, which is off before and after", async () => {
    const { page, context } = await open("runs/clothing/try");
    await context.grantPermissions(["camera"]);
    await page.getByRole("button", { name: "Use the camera" }).click();
    await page.getByRole("button", { name: "Take a picture" }).click();
    await page.getByRole("region", { name: "What it says of camera" }).waitFor();
    const track = await page.evaluateHandle("document.querySelector('video').srcObject.getTracks()[0]");
    await page.getByRole("button", { name: "Close the camera" }).click();
    await expect.poll(() => track.evaluate((track) => (track as MediaStreamTrack).readyState)).toBe("ended");
  });
});
