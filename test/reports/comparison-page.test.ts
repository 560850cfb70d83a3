import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { type Comparison, compare } from '../../reports/compare/compare.ts';
import { filteredComparison } from '../../reports/compare/filtered.ts';
import { pageHeader } from '../../reports/html/answer/header.ts';
import { answerPart, choicePart } from '../../reports/html/answer/overview.ts';
import { cellView } from '../../reports/html/cell/cell.ts';
import { filterForm } from '../../reports/html/client/filters.ts';
import { baseMedians } from '../../reports/html/kit/base.ts';
import { forestHead, forestMark, forestScale } from '../../reports/html/kit/forest.ts';
import type { Markup } from '../../reports/html/kit/markup.ts';
import type { Page } from '../../reports/html/kit/parts.ts';
import { comparison as section } from '../../reports/html/sections/comparison.ts';
import { latency } from '../../reports/html/sections/latency.ts';
import { filtered } from '../../reports/table/filter.ts';
import { tabulate } from '../../reports/table/table.ts';
import type { Run } from '../../suites/record/record.ts';
import { syntheticRun } from './fixture.ts';
import { slowed, without } from './runs.ts';

const read = (part: Markup) => parseHTML(`<!doctype html><html><body>${part.markup}</body></html>`).document.body;

const base = syntheticRun();
const GONE = ':tfjs/wasm';
const SLOW = base.header.plan.filter((id) => id.startsWith('latency:') && id.endsWith(':ort-web/wasm'));
const head = slowed(
  without(base, (id) => id.endsWith(GONE)),
  2,
  (id) => SLOW.includes(id),
);
const pageOf = (run: Run): Page => ({ table: tabulate(run), palette: () => 'red', base: tabulate(base) });
const whole = compare(base, head, 0.03);
const page = pageOf(head);
const ids = ({ changes }: Comparison) => changes.map(({ id }) => id);

describe('the header of a comparison', () => {
  const since = read(pageHeader(page, whole)).querySelector('.since');

  it('names every verdict that fails, and whole backends, without a click', () => {
    const text = since?.textContent ?? '';
    const lost = whole.changes.filter(({ verdict }) => verdict === 'lost').length;
    expect(lost).toBeGreaterThan(6);
    const lines = [...(since?.querySelectorAll('li') ?? [])].map((one) => one.textContent ?? '');
    // Many cells with one reason share a line, so that no other verdict is pushed out.
    expect(lines.some((line) => line.includes(`${lost} cells on tfjs/wasm: `) && line.includes('lost'))).toBe(true);
    expect(lines.some((line) => line.includes(`${SLOW.length} cells on ort-web/wasm: ×2.00`))).toBe(true);
    expect(text).toContain('geometric mean');
    expect(lines.length).toBeLessThanOrEqual(13);
  });

  it('names each cell where there are few', () => {
    const one = SLOW[0] ?? '';
    const few = compare(
      base,
      without(base, (id) => id === one),
      0.03,
    );
    const links = read(pageHeader(page, few)).querySelectorAll('.since li a');
    expect([...links].map((link) => link.textContent)).toEqual([one]);
    expect(links[0]?.getAttribute('href')).toBe(`#cell=${encodeURIComponent(one)}`);
  });
});

describe('the section of a comparison', () => {
  const body = read({ markup: `${(section.render(page, whole) as Markup).markup}` });
  const folded = [...body.querySelectorAll('details')];

  it('shows what is notable, what matters most first, with its ratio drawn, and folds the rest', () => {
    const rows = [...(body.querySelector('table')?.querySelectorAll('tbody tr') ?? [])];
    const notable = whole.changes.filter(({ verdict }) => verdict !== 'same' && verdict !== 'unsure');
    expect(rows.map((row) => row.querySelector('a')?.textContent)).toEqual(notable.map(({ id }) => id));
    expect(rows[0]?.textContent).toContain('lost');
    const slow = rows.find((row) => row.textContent?.includes(SLOW[0] ?? '?'));
    expect(slow?.querySelector('svg.forest circle')).not.toBeNull();
    expect(folded.map((one) => one.querySelector('summary')?.textContent)).toContainEqual(
      expect.stringMatching(/ unchanged$/),
    );
    expect(folded.every((one) => !one.hasAttribute('open'))).toBe(true);
  });

  it('leads each cell to its view', () => {
    const links = [...body.querySelectorAll('table a')].map((link) => link.getAttribute('href'));
    for (const { id } of whole.changes.slice(0, 500)) expect(links).toContain(`#cell=${encodeURIComponent(id)}`);
  });
});

describe('a filter', () => {
  const tables = { base: tabulate(base), head: page.table };
  const part = (filter: Parameters<typeof filtered>[1]) =>
    filteredComparison(whole, { ...tables, shown: filtered(page.table, filter) }, filter);

  it('keeps what only the base has', () => {
    const found = part({ backend: 'tfjs/wasm' });
    expect(ids(found)).toEqual(ids(whole).filter((id) => id.endsWith(GONE)));
    expect(
      found.changes.every(({ verdict }) => verdict === 'lost' || verdict === 'same' || verdict === 'vanished'),
    ).toBe(true);
    expect(ids(part({ text: GONE }))).toEqual(ids(found));
    // It has no status.
    expect(ids(part({ backend: 'tfjs/wasm', status: 'ok' }))).toEqual([]);
  });

  it('keeps the geometric means of backends that are shown, unless it takes some of their cells', () => {
    expect(whole.backends.length).toBeGreaterThan(1);
    const shown = part({ backend: 'ort-web/wasm' }).backends;
    expect(new Set(shown.map(({ backend }) => backend))).toEqual(new Set(['ort-web/wasm']));
    expect(part({ model: base.header.plan[0]?.split(':')[1] ?? '' }).backends).toEqual([]);
    expect(part({})).toBe(whole);
  });
});

describe('the view of a cell with a baseline', () => {
  const dots = (part: Element | null | undefined) =>
    [...(part?.querySelectorAll('[data-part=dot]') ?? [])].map((one) => one.querySelectorAll('circle').length);

  it('draws the samples of both runs, and both medians', () => {
    const view = read(cellView(page, SLOW[0] ?? '', whole, ''));
    const order = [...view.querySelectorAll('svg[role=img]')].find((one) =>
      one.getAttribute('aria-label')?.startsWith('Samples of'),
    );
    const [first, second] = dots(order);
    expect(first).toBeGreaterThan(5);
    expect(second).toBe(first);
    expect(view.textContent).toMatch(/a sample of this run: median of round medians [\d.]+ ms/);
    expect(view.textContent).toMatch(/a sample of the baseline: median [\d.]+ ms/);
    expect(view.querySelector('svg.forest circle')).not.toBeNull();
  });

  it('draws one run where there is no baseline, or it was another machine', () => {
    const id = SLOW[0] ?? '';
    const alone = read(cellView({ table: page.table, palette: page.palette }, id, undefined, ''));
    expect(alone.textContent).not.toContain('baseline');
    const { fingerprint } = base.header;
    const other = {
      ...base,
      header: { ...base.header, fingerprint: { hash: 'x', parts: { ...fingerprint.parts, cpu: 'another' } } },
    };
    const elsewhere = { ...page, base: tabulate(other) };
    const view = read(cellView(elsewhere, id, compare(other, head, 0.03), ''));
    expect(view.textContent).not.toContain('a sample of the baseline');
    expect(baseMedians(elsewhere).size).toBe(0);
  });

  it('shows what the baseline has of a cell that is gone', () => {
    const id = ids(whole).find((one) => one.startsWith('latency:') && one.endsWith(GONE)) ?? '';
    const view = read(cellView(page, id, whole, ''));
    expect(view.textContent).toContain('This run has no such cell.');
    expect(view.textContent).toContain('lost');
    expect(view.textContent).toMatch(/\d+ samples of/);
  });
});

it('says in the tables of backends what each is since the baseline run', () => {
  const options = { base: undefined, sort: undefined, interactive: true };
  const body = read(choicePart(page, { ...options, since: whole }));
  const line = [...body.querySelectorAll('.ranking tbody tr')].find((row) =>
    row.querySelector('th')?.textContent?.startsWith('ort-web/wasm'),
  );
  expect(line?.querySelector('.to-base')?.textContent).toMatch(/^×2\.00 \(\d\.\d\d–\d\.\d\d\) slower$/);
  const width = body.querySelectorAll('.ranking thead tr')[0]?.querySelectorAll('th').length;
  expect(Number(body.querySelector('.ranking .group th')?.getAttribute('colspan'))).toBe(width);
  expect(read(choicePart(page, { ...options, since: undefined })).querySelector('.to-base')).toBeNull();
});

it('draws the medians of the baseline in the section of latency', () => {
  const drawn = (of: Page) => (latency.render(of, undefined) as Markup).markup;
  expect(drawn(page)).toContain('median of the baseline run');
  expect(drawn(page).match(/data-part="tick"/g)?.length).toBeGreaterThan(0);
  expect(drawn({ table: page.table, palette: page.palette })).not.toContain('baseline');
});

describe('a ratio in a table', () => {
  const row = { ratio: 1.2, interval: [1.1, 1.3] as const, threshold: 0.03 };

  it('lies on an axis that shows both sides of 1', () => {
    const scale = forestScale([row]);
    expect(scale.reach).toBeGreaterThan(1.3);
    expect(scale.reach).toBeLessThan(1.5);
    const x = (text: string) => Number(read(forestMark(row, scale)).querySelector(text)?.getAttribute('cx'));
    expect(x('circle')).toBeGreaterThan(95);
    expect(read(forestHead(scale)).textContent).toContain('×1.2');
  });

  it('ends in an arrow where the axis does not reach it, whatever the figures are', () => {
    const scale = forestScale([row, { ...row, interval: [1e-9, Infinity] }, { ...row, ratio: 100 }]);
    expect(scale.reach).toBe(8);
    const marks = read(forestMark({ ...row, interval: [1e-9, Infinity] }, scale));
    expect(marks.querySelectorAll('path[fill=currentColor]')).toHaveLength(2);
    const far = read(forestMark({ ...row, ratio: 100 }, scale));
    expect(far.querySelector('circle')).toBeNull();
    expect(far.innerHTML).not.toMatch(/NaN|Infinity/);
  });
});

describe('a filter for what only the baseline has', () => {
  const tables = { table: filtered(page.table, { backend: 'tfjs/wasm' }), palette: page.palette, base: tabulate(base) };

  it('can be chosen, and does not claim that nothing was planned', () => {
    const form = read(filterForm(page.table, tables.table, { backend: 'tfjs/wasm' }, tabulate(base)));
    const chosen = form.querySelector('select[name=backend] option[selected]');
    expect(chosen?.textContent).toBe('tfjs/wasm');
    expect([...form.querySelectorAll('select[name=backend] option')].map((one) => one.textContent)).toContain(
      'tfjs/wasm',
    );
    expect(form.querySelectorAll('select[name=backend] option').length).toBe(1 + tabulate(base).backends.length);
    const options = { base: undefined, sort: undefined, interactive: true, since: whole };
    const text = `${read(answerPart(tables)).textContent} ${read(choicePart(tables, options)).textContent}`;
    expect(text).not.toContain('planned');
    expect(text).toContain('No cell of this run passes the filter. What only the baseline has is below.');
  });
});
