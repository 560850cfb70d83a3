import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderCsv } from '../../reports/csv.ts';
import { bestOf, type ScenarioRow, scenariosOf } from '../../reports/table/scenarios.ts';
import { tabulate } from '../../reports/table/table.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { HOSTILE } from './fixture.ts';
import { fullPage } from './full-page.ts';
import { WORK } from './results.ts';
import { CPU, clock, ok, runOf } from './runs.ts';

const idOf = (batch: number, backend = 'ort-node/cpu') => `latency:resnet18.seed0:fp32:b${batch}:64:${backend}`;

/** Rounds of `samples` calls that take `ms` in the median, the last of each round ten times as long. */
const rounds = (ms: number, samples: number, factors = [0.99, 1, 1.01], batch = 1): Outcome[] =>
  factors.map((factor) =>
    ok({
      ...{ suite: 'latency', batch, clock, warmup: 4, short: false, work: WORK },
      samples: Array.from({ length: samples }, (_, i) => factor * ms * (i === samples - 1 ? 10 : 1)),
    }),
  );
const rowsOf = (cells: { readonly [id: string]: readonly Outcome[] }) => scenariosOf(tabulate(runOf(cells)));
const only = (cells: { readonly [id: string]: readonly Outcome[] }): ScenarioRow => {
  const [row] = rowsOf(cells);
  if (row === undefined) throw new Error('no row');
  return row;
};
const CRASH: Outcome = { status: 'crash', reason: `out of memory ${HOSTILE}`, phase: 'open' };

/** One network on two backends: the second runs out of memory at 8 images, and stops gaining at 4. */
const CELLS = {
  [idOf(1)]: rounds(10, 30),
  [idOf(2)]: rounds(16, 30),
  [idOf(8)]: rounds(50, 300),
  [idOf(1, 'tfjs/wasm')]: rounds(30, 30),
  [idOf(4, 'tfjs/wasm')]: rounds(100, 10),
  [idOf(8, 'tfjs/wasm')]: [CRASH],
};

describe('scenarios', () => {
  it('take p90 of single images and p99 of eight, each where every round has the samples', () => {
    const { single, multi } = only(CELLS);
    expect(single?.ms?.median).toBeCloseTo(10, 6);
    expect(single?.samples).toBe(90);
    expect(multi?.ms?.median).toBeCloseTo(50, 6);
    expect(only({ [idOf(8)]: rounds(50, 298) }).multi).toMatchObject({
      ms: undefined,
      samples: 894,
      lacks: 'a round has 298 samples of 299',
    });
    expect(only({ [idOf(1)]: rounds(10, 28) }).single?.ms).toBeUndefined();
    expect(only({ [idOf(1)]: rounds(10, 30) }).multi).toBeUndefined();
  });

  it('give no percentile of means', () => {
    const { single } = only({ [idOf(1)]: rounds(0.1, 300, [1, 1, 1], 16) });
    expect(single).toMatchObject({ ms: undefined, lacks: 'a sample is the mean of 16 calls' });
  });

  it('count every image over all the time that calls took', () => {
    const [one, , eight] = only(CELLS).offline;
    // 29 calls of 10 ms and one of 100 ms.
    expect(one?.rate?.median).toBeCloseTo(30 / 0.39, 6);
    expect(eight?.rate?.median).toBeCloseTo((8 * 300) / (299 * 0.05 + 0.5), 6);
    const [low = 0, high = 0] = one?.rate?.interval ?? [];
    expect(low).toBeLessThan(30 / 0.39);
    expect(high).toBeGreaterThan(30 / 0.39);
  });

  it('mark the best batch, and those that cannot be told apart from it', () => {
    const noisy = only({
      [idOf(1)]: rounds(10, 30, [1, 1.01, 0.99]),
      [idOf(2)]: rounds(11, 30, [0.8, 1, 1.2]),
      [idOf(4)]: rounds(20, 30, [0.8, 1, 1.25]),
    });
    expect(noisy.offline.map(({ best, tied }) => [best, tied])).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ]);
    expect(noisy.offline[2]?.gain?.ratio).toBeCloseTo(2, 1);
    const single = only({ [idOf(1)]: rounds(10, 30, [1]), [idOf(2)]: rounds(10, 30, [1]) });
    expect(single.offline.map(({ best, tied, gain }) => [best, tied, gain])).toEqual([
      [false, true, undefined],
      [true, false, undefined],
    ]);
  });

  it('never call a batch best whose answers are wrong', () => {
    const wrong = rounds(10, 30).map(
      (one): Outcome => ({ ...(one as typeof one & { status: 'ok' }), status: 'wrong', reason: 'logits' }),
    );
    expect(bestOf(only({ [idOf(1)]: rounds(10, 30), [idOf(8)]: wrong }))?.batch).toBe(1);
  });

  it('say why a batch has no figure', () => {
    const row = rowsOf(CELLS).find(({ backend }) => backend === 'tfjs/wasm');
    expect(row?.offline[2]).toMatchObject({ rate: undefined, status: 'crash', tied: false });
    expect(row?.offline[2]?.lacks).toContain('crash: out of memory');
    expect(row?.multi?.lacks).toContain('crash: out of memory');
  });

  it('leave out a backend that computes nothing', () => {
    const nothing = rounds(0.001, 30).map((one) => ({ ...one, placement: { ...CPU, device: 'none' } }) as Outcome);
    expect(rowsOf({ [idOf(1, 'null')]: nothing })).toEqual([]);
  });
});

describe('reports of scenarios', () => {
  const { document } = parseHTML(fullPage(runOf(CELLS)));
  const section = document.querySelector('#scenarios')?.parentElement;

  it('plot images per second against the batch, a line for each backend', () => {
    const [plot, ...more] = section?.querySelectorAll('svg.chart') ?? [];
    expect(more).toEqual([]);
    expect(plot?.outerHTML).not.toMatch(/NaN|undefined|Infinity/);
    expect(plot?.querySelectorAll('[data-part=line] path')).toHaveLength(2);
    expect(plot?.querySelectorAll('[data-part=dot] circle')).toHaveLength(5);
    for (const text of ['ort-node/cpu', 'tfjs/wasm', 'images per second', 'batch'])
      expect(plot?.textContent).toContain(text);
  });

  it('tabulate every batch with its case, and escape reasons', () => {
    const text = section?.textContent;
    for (const id of Object.keys(CELLS)) expect(text).toContain(`npm run bench -- ${id}`);
    expect(text).toContain('crash: out of memory <script>alert("x")</script>');
    expect(fullPage(runOf(CELLS))).not.toContain('<script>alert');
  });

  it('say how to ask for more where there is one batch', () => {
    const one = parseHTML(fullPage(runOf({ [idOf(1)]: rounds(10, 30) }))).document;
    const text = one.querySelector('#scenarios')?.parentElement?.textContent;
    expect(text).toContain('npm run bench -- --scenario single-stream,multi-stream,offline');
    expect(renderTerminal(runOf({ [idOf(1)]: rounds(10, 30) }), { color: false, width: 80 })).not.toContain('images/s');
  });

  it('are a block of the terminal that fits', () => {
    for (const width of [40, 80]) {
      const lines = renderTerminal(runOf(CELLS), { color: false, width }).split('\n');
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(width);
    }
    const text = renderTerminal(runOf(CELLS), { color: false, width: 100 });
    expect(text).toMatch(/ort-node\/cpu +10\.0 +50\.0 +155 +8\n/);
    expect(text).toMatch(/tfjs\/wasm +30\.0 +– +25\.6 +1\n/);
  });

  it('give a throughput to each line of the CSV', () => {
    const [head = '', first = ''] = renderCsv(runOf(CELLS)).split('\r\n');
    const at = head.split(',').indexOf('throughput_images_per_s');
    expect(Number(first.split(',')[at])).toBeCloseTo(30 / 0.39, 6);
  });
});
