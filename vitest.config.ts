import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// onnxruntime-node aborts when it is loaded twice in one process, so a test file has a process of its own, which takes most
// of a second to start. Files that only compute share theirs. Children which a test starts inherit `--import tsx` and so run
// the sources, not a build.
const computing = "src/{advise,compile,errors,ir,models,options,report,retain}/**/*.test.ts";
const common = {
  resolve: { alias: { reinception: fileURLToPath(new URL("./src/index.ts", import.meta.url)) } },
  test: { execArgv: ["--import", "tsx"], testTimeout: 120_000, hookTimeout: 120_000 },
};

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    projects: [
      { ...common, test: { ...common.test, name: "computing", include: [computing], isolate: false } },
      {
        ...common,
        test: {
          ...common.test,
          name: "running",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: [computing, "test/browser/**"],
        },
      },
    ],
  },
});
