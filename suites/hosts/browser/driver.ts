import type { Browser } from 'playwright';
import type { VisitReply } from '../../contract/visit.ts';

/** The GPU driver's vendor and version as the browser tells them; null where it has no GPU, or several. */
async function readDriver(browser: Browser): Promise<string | null> {
  const session = await browser.newBrowserCDPSession();
  const { gpu } = await session.send('SystemInfo.getInfo');
  const [one, ...others] = gpu.devices;
  if (one === undefined || others.length > 0) return null;
  return [one.driverVendor, one.driverVersion].filter((word) => word).join(' ') || null;
}

/** Adds the driver to an adapter that does not tell its own, as WebGPU's do not. Call it once the visit has ended. */
export async function addDriver(reply: VisitReply, browser: Browser): Promise<void> {
  const adapter = 'placement' in reply ? reply.placement.adapter : undefined;
  if (adapter !== undefined) adapter.driver ??= await readDriver(browser).catch(() => null);
}
