import type { Browser } from 'playwright';
import type { Placement } from '../../record/placement.ts';

/** The GPU driver's vendor and version as the browser tells them; null where it has no GPU, or several. */
async function readDriver(browser: Browser): Promise<string | null> {
  const devtools = await browser.newBrowserCDPSession();
  const { gpu } = await devtools.send('SystemInfo.getInfo');
  const [one, ...others] = gpu.devices;
  if (one === undefined || others.length > 0) return null;
  return [one.driverVendor, one.driverVersion].filter((word) => word).join(' ') || null;
}

/** An answer whose adapter has a driver, where it does not tell its own, as WebGPU's do not. Call it once the job has ended. */
export async function withDriver<A extends { readonly placement: Placement }>(answer: A, browser: Browser): Promise<A> {
  const { adapter } = answer.placement;
  if (adapter === undefined || adapter.driver !== null) return answer;
  const driver = await readDriver(browser).catch(() => null);
  return { ...answer, placement: { ...answer.placement, adapter: { ...adapter, driver } } };
}
