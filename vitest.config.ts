/** How the tests run: every `*.test.ts`, in worker threads, with the pass/fail line that CI reads. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Modules are loaded once for each thread, not for each of two hundred files: half of the time.
    isolate: false,
    globalSetup: ['tests/build.ts'],
    setupFiles: ['tests/setup.ts'],
    reporters: ['default', './tests/count-reporter.ts'],
    testTimeout: 15_000,
    // Much of the time is spent waiting for other processes, and for silence.
    maxWorkers: Math.max(3, availableParallelism() - 1),
  },
});
