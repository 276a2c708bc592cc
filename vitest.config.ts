import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// onnxruntime-node aborts when it is loaded twice in one process, so every test file has a process of its own. Children
// which a test starts inherit `--import tsx` and so run the sources, not a build.
export default defineConfig({
  resolve: { alias: { reinception: fileURLToPath(new URL("./src/index.ts", import.meta.url)) } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: ["test/browser/**"],
    pool: "forks",
    execArgv: ["--import", "tsx"],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
