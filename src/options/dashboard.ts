// Options about the dashboard; its port is in serving.ts.

import { flag, texts } from "./kinds.ts";

export const dashboard = {
  dashboard: flag("show the run in a browser while it goes on; prints the address, and stays until Ctrl-C", {
    commands: ["train"],
  }),
  photos: texts("DIR", "folder of photos that new runs may be started on; may be given several times", {
    example: "photos",
    otherwise: "where the dashboard is started",
    commands: ["dashboard"],
  }),
};
