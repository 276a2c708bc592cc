// The dashboard's page as files that a server sends as they are: one program for the frame and one for each page, which is
// fetched when it is first shown. Nothing of it stands inside the document, so that the server's policy can forbid that.

import { fileURLToPath } from "node:url";
import { build } from "vite";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

await build({
  configFile: false,
  root: folder("../src/dashboard/page"),
  base: "/",
  logLevel: "warn",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: folder("../dist/dashboard/page"),
    emptyOutDir: true,
    target: "es2022",
    cssTarget: "chrome123", // knows light-dark()
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
