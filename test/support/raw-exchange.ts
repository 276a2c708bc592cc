// Requests as no library sends them: texts written to a socket one after the other, and whatever comes back.

import { connect } from "node:net";

export interface Exchange {
  readonly port: number;
  readonly texts: readonly (string | Uint8Array)[];
  /** What has to have come back before the connection is ended from here; else the server ends it. */
  readonly until?: RegExp;
  /** Between two texts. */
  readonly pauseMs?: number;
}

/** Everything that came back. */
export function rawExchange({ port, texts, until = /$^/, pauseMs = 0 }: Exchange): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const line = connect(port, "127.0.0.1");
    const end = () => {
      line.destroy();
      resolve(heard);
    };
    line.on("error", end).on("close", end);
    line.on("data", (bytes) => {
      heard += bytes;
      if (until.test(heard)) end();
    });
    void (async () => {
      for (const text of texts) {
        if (line.writable) line.write(text);
        if (pauseMs > 0) await new Promise((next) => setTimeout(next, pauseMs));
      }
    })();
  });
}

/** The status of the first answer in what came back; NaN where there is none. */
export function statusIn(heard: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1]);
}
