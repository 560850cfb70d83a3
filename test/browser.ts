import { inject, type TestContext } from 'vitest';
import type { Browser } from '../suites/hosts/provision/provision.ts';
// The type of what setup.ts provides.
import type {} from './setup.ts';

/** The browser that setup.ts found. Skips the calling test, with the reason, where there is none. */
export function needBrowser(context: TestContext): Browser {
  const browser = inject('browser');
  if (!browser.found) return context.skip(`${browser.reason}; ${browser.fix}`);
  return browser;
}
