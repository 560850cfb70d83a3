import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderCsv } from '../../reports/csv.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { fullPage } from './full-page.ts';
import { PASSED } from './results.ts';
import { clock, ok, runOf } from './runs.ts';

const idOf = (backend: string) => `transfer:resnet18.seed0:fp32:b1:64:${backend}`;

/** Three rounds around 15 ms from host to host, 10 on the device, 12 with the output read back. */
const ROUNDS: Outcome[] = [0.99, 1, 1.01].map((factor) => {
  const samples = (ms: number) => Array.from({ length: 10 }, () => ms * factor);
  return ok({
    ...{ suite: 'transfer', batch: 1, clock, warmup: 4, short: false },
    ...{ host: samples(15), bound: samples(10), read: samples(12) },
    checks: ['host', 'bound', 'read'].map((tensor) => ({ ...PASSED, tensor })),
  });
});
const RUN = runOf({
  [idOf('ort-web/webgpu')]: ROUNDS,
  [idOf('ort-web/wasm')]: [{ status: 'unsupported', reason: 'copies tensors', fix: 'none' }],
});

describe('reports of transfer', () => {
  it('plot the ratio on an axis with 1, and tabulate upload and read-back', () => {
    const { document } = parseHTML(fullPage(RUN));
    const section = document.querySelector('#transfer')?.parentElement;
    const [plot, ...more] = section?.querySelectorAll('svg.chart') ?? [];
    expect(more).toEqual([]);
    expect(plot?.outerHTML).not.toMatch(/NaN|undefined|Infinity/);
    expect(plot?.textContent).toContain('host to host ÷ on the device (log scale) →');
    expect(section?.querySelector('.panels + .without')?.textContent).toContain('unsupported ort-web/wasm');
    for (const text of ['1.5 (1.5 – 1.5)', '3.00 (2.9', '2.00 (1.9', idOf('ort-web/webgpu')])
      expect(section?.textContent).toContain(text);
  });

  it('are a column of the terminal and columns of the CSV', () => {
    const text = renderTerminal(RUN, { color: false, width: 100 });
    expect(text).toMatch(/host\/device\n.*\n.*ort-web\/webgpu +ok +1\.5\n/);
    const [head = '', first = ''] = renderCsv(RUN).split('\r\n');
    const value = (name: string) => Number(first.split(',')[head.split(',').indexOf(name)]);
    expect(value('transfer_host_over_device')).toBeCloseTo(1.5, 6);
    expect(value('transfer_upload_ms')).toBeCloseTo(3, 6);
    expect(value('transfer_read_back_ms')).toBeCloseTo(2, 6);
    expect(value('transfer_read_back_high_ms')).toBeGreaterThan(2);
  });
});
