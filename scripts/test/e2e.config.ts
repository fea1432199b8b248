import path from "node:path";
import { defineConfig } from "vitest/config";

/** The whole product from outside: real processes, a real training. */
export default defineConfig({
  root: path.join(import.meta.dirname, "..", ".."),
  test: {
    include: ["e2e/**/*.e2e.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Trainings share two cores badly.
    fileParallelism: false,
  },
});
