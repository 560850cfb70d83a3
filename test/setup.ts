import type { TestProject } from 'vitest/node';
import { type Browser, type Missing, provideBrowser } from '../suites/hosts/provision/provision.ts';

declare module 'vitest' {
  interface ProvidedContext {
    browser: Browser | Missing;
  }
}

/** Provides the browser once for all test files, and says in one line which it is. */
export default async function setup(project: TestProject): Promise<void> {
  const browser = await provideBrowser({ log: (line) => console.log(line), install: true });
  console.log(
    browser.found
      ? `browser: ${browser.name} ${browser.version} (${browser.source}: ${browser.path})`
      : `browser: tests that need one are skipped: ${browser.reason}; ${browser.fix}`,
  );
  project.provide('browser', browser);
}
