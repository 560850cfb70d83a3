import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/setup.ts',
    // Runtimes with native threads and files of their own: processes, not threads, and no more than two at a time,
    // since a software GPU takes all the cores it can get.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // The JSON is what .ci/run counts.
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/out/test.json' },
  },
});
