// Options about the dashboard.

import { flag, integer, texts } from "./kinds.ts";

export const dashboard = {
  dashboard: flag("show the run in a browser while it goes on; prints the address, and stays until Ctrl-C", {
    commands: ["train"],
  }),
  photos: texts("DIR", "folder of photos that new runs may be started on; may be given several times", {
    example: "photos",
    otherwise: "where the dashboard is started",
    commands: ["dashboard"],
  }),
  port: integer("N", "port on this machine; 0 for any that is free", {
    least: 0,
    most: 65535,
    example: "4299",
    otherwise: "4299, or any that is free",
    commands: ["dashboard"],
  }),
};
