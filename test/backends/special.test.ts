import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import { type Hosts, openHosts } from '../../suites/engine/hosts.ts';
import { ROOT } from '../../suites/hosts/bundle.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { exportOf } from '../../suites/locate/exported.ts';
import { prober } from '../../suites/locate/prober.ts';
import { needBrowser } from '../browser.ts';
import { deviations, graph, input, OPS, weights } from './specialgraph.ts';
import { knownOf, ON_GPU, ON_X64, SPECIALS, specialsTable, WATCHED } from './specials.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-special-'));
const rows = WATCHED.flatMap((id) => findBackend(id) ?? []);

const life = lifetime();
let hosts: Hosts;
beforeAll(async () => {
  hosts = await openHosts(rows, inject('browser'), { mounts: { '/work/': folder }, logs: folder }, life);
});
afterAll(async () => {
  await life.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('NaN, infinities, denormals and overflow in a real runtime', { timeout: 120_000 }, () => {
  for (const row of rows)
    it(`${row.id} does what IEEE 754 and ONNX say, but for what is known`, async (context) => {
      const place = hosts.of(row);
      if ('reason' in place || (row.host === 'node' && row.device === 'webgpu')) needBrowser(context);
      if ('reason' in place) throw new Error(place.reason);
      if (row.format === undefined) throw new Error(row.id);
      const [batch = 1, , size = 1] = input.shape;
      const file = await exportOf(row.format, { graph, weights }, { batch, size }, Object.values(OPS));
      const { calls, placement } = await prober(row, place, folder, 'special')(file, [input], { asMeasured: false });
      expect(placement.device).toBe(row.device);
      const found = deviations(calls.at(-1)?.outputs ?? new Map());
      const elsewhere =
        (ON_GPU.has(row.id) && !placement.adapter?.software) || (ON_X64.has(row.id) && process.arch !== 'x64');
      // Another GPU or processor may do otherwise with special values, but not with plain ones.
      const plain = (line: string) => !elsewhere || line.endsWith(', plain: finite → finite');
      expect(found.filter(plain).sort()).toEqual(elsewhere ? [] : knownOf(row.id).sort());
    });
});

describe('the table of special values', () => {
  it('names operators, values and backends that are watched, and none twice', () => {
    for (const { ops, backends } of SPECIALS) {
      for (const op of ops) expect(OPS).toHaveProperty([op]);
      for (const backend of backends) expect(WATCHED).toContain(backend);
    }
    for (const backend of WATCHED) expect(new Set(knownOf(backend)).size).toBe(knownOf(backend).length);
  });

  it('is what suites/backends/README.md shows', () => {
    const readme = readFileSync(join(ROOT, 'suites', 'backends', 'README.md'), 'utf8');
    const [, section = ''] = readme.split(/^## (?=Special values)/m);
    const [own = ''] = section.split(/^## /m);
    const cells = (lines: string[]) =>
      lines.filter((line) => /^\|.*\w/.test(line)).map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells(own.split('\n'))).toEqual(cells(specialsTable()));
  });
});
