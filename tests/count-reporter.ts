/** Prints `N passed, N failed` alone on the last line, the form that `.ci/run` promises. */
import type { Reporter, TestModule } from 'vitest/node';

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A file that fails to load has no tests of its own, and must still show as a failure.
      if (module.errors().length > 0) count.failed += 1;
      // So do a suite's hooks: the tests below them are skipped, not failed.
      for (const suite of module.children.allSuites())
        if (suite.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    const skipped = count.skipped + count.pending;
    const failed = count.failed + unhandledErrors.length;
    const line = `${count.passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    process.stdout.write(`\n${line}\n`);
  }
}
