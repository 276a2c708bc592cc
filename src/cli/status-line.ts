// One line at the bottom of the terminal that is drawn anew, with lasting lines above it. Draws at most a dozen times a
// second, however often it is told something new; where nothing can be drawn anew only the lasting lines come out.

import { fitTo } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export interface StatusLine {
  /** What the line says from now on. */
  show(line: string): void;
  /** A line that stays. */
  print(line: string): void;
  /** Takes the line away. */
  close(): void;
}

const pauseMs = 80;
const clear = "\r\u001b[2K";

export function openStatusLine(stream: { write(text: string): unknown }, { live, columns }: Terminal): StatusLine {
  let line = "";
  let drawn = false;
  let timer: NodeJS.Timeout | undefined;

  function draw() {
    timer = undefined;
    stream.write(clear + fitTo(line, columns - 1));
    drawn = line !== "";
  }

  return {
    show(next) {
      line = next;
      if (live) timer ??= setTimeout(draw, pauseMs).unref();
    },
    print(lasting) {
      stream.write(`${drawn ? clear : ""}${lasting}\n`);
      drawn = false;
      if (live && line !== "") timer ??= setTimeout(draw, pauseMs).unref();
    },
    close() {
      clearTimeout(timer);
      line = "";
      if (drawn) stream.write(clear);
      drawn = false;
    },
  };
}
