import { defineConfig } from "vitest/config";

// `npm run test:browser`: what needs Chromium (CHROMIUM names it where it is not /usr/bin/chromium). One process, so that
// the browser and the engine do not fight for the cores.
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["test/browser/build-page.ts"],
    pool: "forks",
    execArgv: ["--import", "tsx"],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } }, // a busy machine takes its time
  },
});
