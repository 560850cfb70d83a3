import { describe, expect, it } from 'vitest';
import { field, renderCsv } from '../../reports/csv.ts';
import { REPORTS } from '../../reports/reports.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import { margin, number, percent, ratio, scientific } from '../../suites/stats/format.ts';
import { emptyRun, HOSTILE, syntheticRun } from './fixture.ts';

/** RFC 4180, read back. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)?.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') lines.push([]);
  }
  return lines.slice(0, -1);
}

describe('csv', () => {
  it('quotes what needs it and nothing else', () => {
    expect(field('a"b')).toBe('"a""b"');
    expect(field('a,b')).toBe('"a,b"');
    expect(field('a\nb')).toBe('"a\nb"');
    expect(field('plain text')).toBe('plain text');
    expect([field(null), field(undefined), field(Number.NaN), field(0), field(false)]).toEqual([
      '',
      '',
      '',
      '0',
      'false',
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\n=1', '＝1'])(
    'keeps a text inert that begins as a formula: %j',
    (text) => {
      const [cell = ''] = parseCsv(`${field(text)}\r\n`)[0] ?? [];
      expect(cell.startsWith("'")).toBe(true);
    },
  );

  it('keeps numbers numbers, and shows what would act on a terminal', () => {
    expect([-0.5, 1e-5, -1e-7, -3].map(field)).toEqual(['-0.5', '0.00001', '-1e-7', '-3']);
    expect(field('a\u001b[31m\u009b\u202eb')).toBe('a\ufffd[31m\ufffd\ufffdb');
  });

  it('has one line per case, all as wide as the header, and reads back', () => {
    const run = syntheticRun();
    const [head, ...lines] = parseCsv(renderCsv(run));
    expect(lines.map((line) => line[0])).toEqual(run.header.plan);
    expect(new Set([head, ...lines].map((line) => line?.length))).toEqual(new Set([head?.length]));
    const crash = lines.find((line) => line[head?.indexOf('status') ?? -1] === 'crash');
    expect(crash?.[head?.indexOf('reason') ?? -1]).toContain(HOSTILE.replace('\u001b', '\ufffd'));
  });

  it('names the unit of every quantity', () => {
    const [head] = parseCsv(renderCsv(emptyRun()));
    for (const name of head ?? []) {
      if (/^latency_(median|interval|min|p90)/.test(name)) expect(name).toMatch(/_ms$/);
      if (/^startup_/.test(name)) expect(name).toMatch(/_(ms|bytes|shaders|pipelines|missing)$/);
      if (/^memory_|^model_/.test(name)) expect(name).toMatch(/_bytes$/);
    }
  });
});

describe('terminal', () => {
  const strip = (text: string) => text.replaceAll(/\p{Cc}\[\d+m/gu, '');
  const lines = (width: number, color: boolean) => renderTerminal(syntheticRun(), { color, width }).split('\n');

  it.each([40, 60, 80, 100, 160])('fits %i columns, coloured or not', (width) => {
    for (const line of lines(width, false)) expect(line.length, line).toBeLessThanOrEqual(width);
    expect(lines(width, true).map(strip)).toEqual(lines(width, false));
  });

  it('shows every column in 100', () => {
    const [head] = lines(100, false);
    for (const title of ['backend', 'status', 'latency ms', '±%', '1st call', 'peak MiB', 'err/allowed', 'top-1'])
      expect(head).toContain(title);
  });

  it('has a row for every network and backend, and its figures', () => {
    const text = lines(100, false);
    const at = text.indexOf('resnet101.seed0 · 64×64');
    expect(text.slice(at + 1, at + 14).map((line) => line.trim().split(/\s+/)[0])).toContain('tfjs-node/cpu');
    expect(text.filter((line) => /^ {2}tfjs\/cpu /.test(line))).toHaveLength(7);
    expect(text[at + 9]).toMatch(/tfjs\/cpu +timeout +– +– +– +– +– +–$/);
  });

  it('does not let a reason move the cursor', () => {
    expect(lines(100, false).join('')).not.toMatch(/\p{Cc}/u);
  });

  it('says once what hits many cells, with its fix', () => {
    const text = lines(100, false).join('\n');
    expect(text.split('libcuda.so.1')).toHaveLength(2);
    expect(text).toContain('fix: npm run setup:cuda');
    expect(text).toContain('31 cells: ort-node/cuda');
  });

  it('says what an empty run lacks', () => {
    expect(renderTerminal(emptyRun(), { color: false, width: 80 })).toContain('No cells were planned');
  });
});

it('writes numbers with three digits', () => {
  expect([0, 0.000123, 0.0123, 1.234, 12.34, 99.96, 123.4, 1234.5, Number.NaN].map(number)).toEqual([
    '0',
    '0.000123',
    '0.0123',
    '1.23',
    '12.3',
    '100',
    '123',
    '1,235',
    '–',
  ]);
  expect([0.031, 1.43, 250, 2e-5, 1e-45, 1e6, 1e45].map(ratio)).toEqual([
    '0.031',
    '1.4',
    '250',
    '2.0e-5',
    '< 1e-9',
    '1.0e+6',
    '> 1e9',
  ]);
  expect([margin(32.1), margin(Infinity)]).toEqual(['32×', 'exact']);
  expect([scientific(0), scientific(1.24e-6), percent(0.9173), percent(Number.NaN)]).toEqual([
    '0',
    '1.2e-6',
    '91.73',
    '–',
  ]);
});

it('has reports with ids and extensions of their own', () => {
  expect(new Set(REPORTS.map((report) => report.id)).size).toBe(REPORTS.length);
  for (const report of REPORTS) expect(report.extension).toMatch(/^\.\w+$/);
});
