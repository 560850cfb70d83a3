import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Quick tests that need neither a browser nor a runtime. A file over ten seconds is `NAME.slow.test.ts` instead. */
const UNIT = ['test/*.test.ts', 'test/{architecture,reference,reports,suites}/**/*.test.ts'];
const SLOW = ['test/**/*.slow.test.ts'];

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: {
    environment: 'node',
    // Runtimes with native threads and files of their own: processes, not threads, and no more than two at a time,
    // since a software GPU takes all the cores it can get.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // The JSON is what .ci/run counts.
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/out/test.json' },
    // Each test file is in one of these; `npm test` runs all.
    projects: [
      { extends: true, test: { name: 'unit', include: UNIT, exclude: SLOW } },
      { extends: true, test: { name: 'slow', include: SLOW, testTimeout: 120_000 } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: [...UNIT, ...SLOW],
          globalSetup: 'test/setup.ts',
        },
      },
    ],
  },
});
