import type { TestProject } from 'vitest/node';
import { type Browser, type Missing, provisionBrowser } from '../suites/hosts/provision/provision.ts';

declare module 'vitest' {
  interface ProvidedContext {
    browser: Browser | Missing;
  }
}

/** Provisions the browser once for all test files, and says in one line which it is. */
export default async function setup(project: TestProject): Promise<void> {
  const browser = await provisionBrowser({ log: (line) => console.log(line), install: true });
  console.log(
    browser.found
      ? `browser: ${browser.name} ${browser.version} (${browser.source}: ${browser.path})`
      : `browser: tests that need one are skipped: ${browser.reason}; ${browser.fix}`,
  );
  project.provide('browser', browser);
}
