import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BACKENDS } from '../../suites/backends/backends.ts';
import { softwareAdapters, softwareIn, softwareText } from '../../suites/engine/adapters.ts';
import { NO_BROWSER } from '../../suites/engine/hosts.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { softwareVulkan } from '../../suites/hosts/provision/software-vulkan.ts';
import { cellId } from '../../suites/plan/cell.ts';
import { profileOf } from '../../suites/plan/plan.ts';
import { expandOn, parseQuery } from '../../suites/plan/query.ts';
import { SOFTWARE } from '../../suites/record/software.ts';
import { needBrowser } from '../browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-adapters-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('software adapters', { timeout: 120_000 }, () => {
  it('are what a page of the browser says, the same for all backends of a device, before any runtime is loaded', async (context) => {
    const browser = needBrowser(context);
    const found = await softwareAdapters(BACKENDS, browser, { logs: folder, outer: lifetime() });
    // Where Node needs a software driver for want of a GPU, the browser has none either.
    const noGpu = Object.keys(softwareVulkan(browser.path)).length > 0;
    for (const id of ['ort-web/webgpu', 'ort-web/webgl', 'ort-node/webgpu']) expect(found.has(id)).toBe(noGpu);
    expect(found.get('ort-web/webgpu-jsep')).toBe(found.get('ort-web/webgpu'));
    expect(found.get('tfjs/webgl')).toBe(found.get('ort-web/webgl'));
    for (const id of ['ort-node/cpu', 'ort-web/wasm', 'tfjs/cpu', 'null']) expect(found.has(id)).toBe(false);
    if (noGpu) expect(found.get('ort-web/webgl')).toMatch(SOFTWARE);
  });

  it('are not looked for in a browser that there is not', async () => {
    const web = BACKENDS.filter(({ host }) => host === 'browser');
    expect((await softwareAdapters(web, NO_BROWSER, { logs: folder, outer: lifetime() })).size).toBe(0);
  });

  it('are told in one line, with what is left out, and are read from the plan of a run that is resumed', () => {
    const software = new Map([
      ['ort-web/webgpu', 'SwiftShader'],
      ['tfjs/webgl', 'SwiftShader'],
    ]);
    const of = (on: ReadonlySet<string>) => expandOn([parseQuery('*')], profileOf('quick'), on);
    const [before, now] = [of(new Set()), of(new Set(software.keys()))];
    expect(softwareText(software, before, now)).toEqual([
      'no GPU: webgpu and webgl run on a software adapter, so outputs and placement are checked with small images, without resnet101.live0, and nothing is timed (2 backends; name one with --backends to time it)',
    ]);
    expect(softwareText(software, before, before)).toEqual([]);
    expect(softwareIn(before, now.map(cellId))).toEqual(new Set(software.keys()));
    expect(softwareIn(before, before.map(cellId))).toEqual(new Set());
  });
});
