import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { problemsPart } from '../../reports/html/answer/problems.ts';
import { cellView } from '../../reports/html/cell/cell.ts';
import { chart } from '../../reports/html/kit/chart.ts';
import { labelOffsets } from '../../reports/html/kit/labels.ts';
import { amount, dataTable, folded, name } from '../../reports/html/kit/parts.ts';
import { SECTIONS } from '../../reports/html/sections.ts';
import { tabulate, warningsByKind } from '../../reports/table/table.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import { PEAK_MEANS } from '../../suites/memory/figures.ts';
import type { Outcome, Run } from '../../suites/record/record.ts';
import { syntheticRun } from './fixture.ts';
import { placementOf, started } from './results.ts';
import { idOf, latency, ok, runOf } from './runs.ts';

const pageOf = (run: Run) => ({ table: tabulate(run), palette: () => 'var(--ink)' });
const shown = (markup: { readonly markup: string }) =>
  parseHTML(`<!doctype html><html><body>${markup.markup}</body></html>`).document.body;
const section = (run: Run, id: string) => {
  const content = SECTIONS.find((one) => one.id === id)?.render(pageOf(run), undefined) as { readonly markup: string };
  return shown(content);
};
const textsOf = (root: Element | null | undefined, selector: string): string[] =>
  [...(root?.querySelectorAll(selector) ?? [])].map((one) => one.textContent ?? '');

describe('tables', () => {
  it('name below them the columns that no line fills, and keep the others', () => {
    const table = shown(
      dataTable(
        [
          name('Name', (one: { readonly a?: number; readonly id: string }) => one.id),
          amount('A', ({ a }: { readonly a?: number }) => a),
          amount('B', () => undefined),
          name('C', () => ''),
        ],
        [{ id: 'x', a: 1 }, { id: 'y' }],
      ),
    );
    expect(textsOf(table, 'thead th')).toEqual(['Name', 'A']);
    expect(textsOf(table, 'tbody tr:nth-child(2) > *')).toEqual(['y', '–']);
    expect(table.querySelector('p')?.textContent).toBe('Without a figure in any line: B, C.');
    expect(textsOf(table, 'tbody th[scope=row]')).toEqual(['x', 'y']);
  });

  it('of no section have two lines that are alike', () => {
    const sizes = ['64', '224'].map((size) => `latency:resnet18.seed0:fp32:b1:${size}:ort-node/cpu`);
    const half = 'latency:resnet18.seed0:fp16:b1:64:ort-node/cpu';
    const batch = 'latency:resnet18.seed0:fp32:b4:64:ort-node/cpu';
    const run = runOf(Object.fromEntries([...sizes, half, batch].map((id) => [id, latency(5)])));
    for (const id of ['latency', 'scenarios'])
      for (const table of section(run, id).querySelectorAll('table')) {
        const heads = textsOf(table, 'thead th');
        const named = [...table.querySelectorAll('tbody tr')].map((row) =>
          ['Backend and network', 'Batch'].map((head) => row.children[heads.indexOf(head)]?.textContent).join(' '),
        );
        expect(named.length).toBeGreaterThan(2);
        expect(new Set(named).size, id).toBe(named.length);
      }
  });

  it('say once which backends have no figures, not a line for each', () => {
    const body = section(syntheticRun(), 'memory');
    expect(body.querySelector('table')?.textContent).not.toContain('ort-node/cuda');
    expect(body.querySelector('.panels + .without')?.textContent).toBe(
      'Without figures: unsupported ort-node/cuda. Why, and what would help',
    );
  });
});

it('the only batch of a backend is not called the best', () => {
  const of = (batches: readonly number[]) =>
    section(
      runOf(
        Object.fromEntries(batches.map((b) => [`latency:resnet18.seed0:fp32:b${b}:64:ort-node/cpu`, latency(5 + b)])),
      ),
      'scenarios',
    );
  expect(textsOf(of([1]), 'thead th')).not.toContain('Best');
  expect(textsOf(of([1]), 'thead th')).not.toContain('Best batch');
  expect(textsOf(of([1, 8]), 'details tbody td')).toContain('best');
});

it('start-up prints the total that its table has', () => {
  const rounds = [
    started({ module: 1, session: 30, first: 5, second: 4 }),
    started({ module: 2, session: 10, first: 6, second: 3 }),
    started({ module: 9, session: 20, first: 7, second: 2 }),
  ].map((one) => ok(one));
  const body = section(runOf({ [idOf('startup')]: rounds }), 'startup');
  // The parts' medians add up to 28, the rounds' own totals have the median 36.
  expect(body.querySelector('svg.chart')?.textContent).toContain('total (ms)');
  expect(textsOf(body.querySelector('svg.chart'), 'g[data-part=text] text')).toContain('36.0');
  const heads = textsOf(body, 'thead th');
  expect(textsOf(body, 'tbody tr > *')[heads.indexOf('Until first answer (ms)')]).toBe('36.0');
  expect(textsOf(body.querySelectorAll('svg.chart')[1], 'g[data-part=text] text').join()).toContain('session 20.0');
});

describe('charts', () => {
  it('say that an axis is logarithmic', () => {
    const of = (label: string) => chart('x', [], { width: 100, x: { type: 'log', domain: [1, 10], label } }).markup;
    expect(of('time (ms) →')).toContain('time (ms, log scale) →');
    expect(of('batch →')).toContain('batch (log scale) →');
    expect(of('↑ GFLOP/s')).toContain('↑ GFLOP/s (log scale)');
  });

  it('scroll before their text is shown smaller than 10 pixels', () => {
    expect(chart('x', [], { width: 460 }).markup).toContain('min-width:419px');
  });

  it('have a heading over the figures at their right', () => {
    const body = (id: string) => section(syntheticRun(), id);
    for (const [id, heading] of [
      ...[
        ['latency', 'median (ms)'],
        ['startup', 'total (ms)'],
        ['memory', 'peak (MiB)'],
        ['accuracy', 'top-1 (%)'],
      ],
      ...[
        ['layers', 'layers run'],
        ['compliance', 'fresh ÷ same'],
      ],
    ] as const)
      expect(body(id ?? '').querySelector('svg.chart')?.textContent).toContain(heading);
  });

  it('have room for the whole interval of a latency', () => {
    const rounds = [5, 5, 9].flatMap((ms) => latency(ms, 1));
    const plot = section(runOf({ [idOf('latency')]: rounds }), 'latency').querySelector('svg.chart');
    const ends = [...(plot?.querySelectorAll('g[data-part=rule] line') ?? [])].map((one) =>
      Number(one.getAttribute('x2')),
    );
    expect(ends.length).toBeGreaterThan(0);
    // 460 pixels, 72 of them for the figures at the right.
    expect(Math.max(...ends)).toBeLessThanOrEqual(388);
  });

  it('place labels beside dots so that none covers another', () => {
    const dots = Array.from({ length: 6 }, (_, i) => ({ x: 150 + 3 * i, y: 100 + 2 * i, text: 'ort-web/webgpu' }));
    const area = { left: 0, right: 400, top: 0, bottom: 300 };
    const offsets = labelOffsets(dots, area);
    const boxes = offsets.map(({ dx, dy, anchor }, i) => {
      const { x, y, text } = dots[i] as (typeof dots)[number];
      const left = anchor === 'start' ? x + dx : x + dx - 6 * text.length;
      return { left, right: left + 6 * text.length, y: y + dy };
    });
    const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => [a, b] as const));
    const meeting = pairs.filter(([a, b]) => a.left < b.right && b.left < a.right && Math.abs(a.y - b.y) < 11);
    expect(meeting).toEqual([]);
    expect(labelOffsets([{ x: 390, y: 10, text: 'ort-web/webgpu' }], area)).toEqual([{ dx: -9, dy: 0, anchor: 'end' }]);
  });
});

it('page and terminal say the same of a backend’s peak memory', () => {
  expect(section(syntheticRun(), 'memory').textContent).toContain(PEAK_MEANS);
  const text = renderTerminal(syntheticRun(), { color: false, width: 200 }).replaceAll(/\s+/g, ' ');
  expect(text).toContain(`peak MiB: ${PEAK_MEANS}`);
});

it('warnings with other words are not given the figures of the first', () => {
  const row = (text: string) => ({ measure: { warnings: [{ kind: 'drift', text }] }, cell: { suite: 'latency' } });
  const table = { rows: ['5 % slower', '9 % faster', '12 % slower'].map(row) };
  expect(warningsByKind(table as never).map(({ text }) => text)).toEqual(['5 to 12 % slower', '9 % faster']);
});

describe('what is not ok', () => {
  const not = (status: 'unsupported' | 'wrong', reason: string, fix?: string): Outcome =>
    status === 'wrong'
      ? { status, reason, placement: placementOf('ort-node/cpu', 'cpu'), result: started({}) }
      : { status, reason, fix: fix ?? '' };
  const ids = ['tfjs-node/cpu', 'tfjs-node/cuda', 'ort-web/wasm', 'ort-web/webgl'].map((one) => idOf('startup', one));
  const problems = (outcomes: readonly Outcome[]) =>
    [
      ...shown(
        problemsPart(pageOf(runOf(Object.fromEntries(outcomes.map((one, i) => [ids[i], [one]]))))),
      ).querySelectorAll('.problem'),
    ].map((one) => one.textContent?.replaceAll(/\s+/g, ' ') ?? '');

  it('is one group for one fix, with what each backend says', () => {
    const [first, second, ...more] = problems([
      not('unsupported', 'tfjs-node was not found', 'npm run setup:tfjs'),
      not('unsupported', 'tfjs-node-gpu was not found', 'npm run setup:tfjs'),
      not('unsupported', 'no WebGL', 'another browser'),
    ]);
    expect(first).toMatch(/tfjs-node was not found tfjs-node\/cpu .*tfjs-node-gpu was not found tfjs-node\/cuda/);
    expect(first?.match(/Fix:/g)).toHaveLength(1);
    expect(first).toContain('2 cells, on tfjs-node/cpu, tfjs-node/cuda');
    expect(second).toContain('no WebGL');
    expect(more).toEqual([]);
  });

  it('keeps findings apart, whose numbers are what was found', () => {
    expect(problems([not('wrong', 'error 3 of 1'), not('wrong', 'error 9 of 1')])).toHaveLength(2);
  });

  it('folds a reason of ten thousand letters', () => {
    const body = shown(folded('a'.repeat(10_000)));
    expect(body.querySelector('summary')?.textContent).toBe('All 10000 characters');
    expect(body.textContent?.length).toBeLessThan(10_700);
    expect(folded('short').markup).toBe('short');
  });
});

describe('the view of a cell', () => {
  const run = syntheticRun();
  const view = (suite: string) => {
    const id = run.header.plan.find((one) => one.startsWith(`${suite}:`) && one.endsWith('ort-web/wasm')) ?? '';
    return shown(cellView(pageOf(run), id, undefined, ''));
  };

  it('has the figures of its suite without the explanations of the section', () => {
    for (const suite of ['startup', 'memory', 'conformance', 'latency', 'layers', 'accuracy', 'compliance', 'leak']) {
      const body = view(suite);
      expect(body.textContent, suite).not.toContain('Every ');
      expect(
        [...body.querySelectorAll('code.copy')].filter((one) => one.textContent?.startsWith('npm run bench')),
      ).toHaveLength(1);
    }
  });

  it('says of placement what is known, as a list', () => {
    const body = view('latency');
    const list = [...body.querySelectorAll('h3')].find((one) => one.textContent === 'Placement')?.nextElementSibling;
    expect(list?.tagName).toBe('DL');
    expect(textsOf(list, 'dt')).toEqual(expect.arrayContaining(['Ran on', 'Proof', 'Threads (requested)']));
    expect(textsOf(list, 'dd')).not.toContain('–');
  });
});
