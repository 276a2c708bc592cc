import { describe, expect, test } from "vitest";
import { openStatusLine } from "./status-line.ts";
import { terminalOf } from "./terminal.ts";

function paper() {
  let text = "";
  return {
    write(more: string) {
      text += more;
    },
    text: () => text,
  };
}

const live = terminalOf({ isTTY: true, columns: 20 }, { NO_COLOR: "1" });
const plain = terminalOf({}, {});
const aDrawing = () => new Promise((resolve) => setTimeout(resolve, 120));

describe("the line at the bottom", () => {
  test("draws the last of many changes once, cut to the terminal", async () => {
    const out = paper();
    const status = openStatusLine(out, live);
    for (let i = 0; i < 1000; i++) status.show(`step ${i} of very many steps`);
    await aDrawing();
    expect(out.text()).toBe("\r\u001b[2Kstep 999 of very m…");
    status.close();
    expect(out.text().endsWith("\r\u001b[2K")).toBe(true);
  });

  test("makes room for lines that stay", async () => {
    const out = paper();
    const status = openStatusLine(out, live);
    status.show("now");
    await aDrawing();
    status.print("epoch 1");
    await aDrawing();
    status.close();
    expect(out.text()).toBe("\r\u001b[2Know\r\u001b[2Kepoch 1\n\r\u001b[2Know\r\u001b[2K");
  });

  test("stays away where nothing can be drawn anew", async () => {
    const out = paper();
    const status = openStatusLine(out, plain);
    status.show("now");
    status.print("epoch 1");
    await aDrawing();
    status.close();
    expect(out.text()).toBe("epoch 1\n");
  });

  test("draws nothing after it has been closed", async () => {
    const out = paper();
    const status = openStatusLine(out, live);
    status.show("now");
    status.close();
    await aDrawing();
    expect(out.text()).toBe("");
  });
});
