import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { compare } from '../../reports/compare/compare.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { renderComparison } from '../../reports/terminal/comparison.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import type { Run } from '../../suites/record/record.ts';
import { parseRun } from '../../suites/record/record.ts';
import { emptyRun, syntheticRun } from './fixture.ts';
import { fullPage } from './full-page.ts';

/** Text that would run, break out, colour or reorder wherever it is not made safe. */
const EVIL =
  '"><img src=x onerror=alert(1)></script><script>alert(2)</script>`|\u001b[31m\u009b\u202e\u2066\u200b\u2028';
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** Every place of a string in a value, as a path of keys; keys are places too where they are data. */
function stringsIn(value: unknown, path: readonly (string | number)[]): (readonly (string | number)[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => stringsIn(one, [...path, key]));
}

/** The line with EVIL added to the string at a place. */
function spoiled(line: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (key === undefined) return `${line}${EVIL}`;
  const copy = structuredClone(line) as { [key: string]: unknown };
  copy[key] = spoiled(copy[key], rest);
  return copy;
}

/** A run of one record of each suite and each status. */
function smallRun(): Run {
  const run = syntheticRun();
  const seen = new Set<string>();
  const records = run.records.filter(({ id, outcome }) => {
    const kind = `${id.split(':')[0]} ${outcome.status} ${'placement' in outcome && 'adapter' in outcome.placement}`;
    return !seen.has(kind) && seen.add(kind);
  });
  const models = [{ id: 'net.user', architecture: 'resnet18', files: [{ name: 'net.onnx', sha256: 'ab' }] }];
  return { ...run, header: { ...run.header, plan: records.map(({ id }) => id), models }, records, damaged: [] };
}

/** The run with every string spoiled that its schema allows to be anything, and how many those are. */
function spoiledRun(run: Run): { run: Run; count: number } {
  const valid = (header: unknown, record: unknown) => {
    try {
      return parseRun([header, record].map((line) => JSON.stringify(line)).join('\n'), 'x').damaged.length === 0;
    } catch {
      return false;
    }
  };
  let count = 0;
  const spoil = (line: unknown, isValid: (line: unknown) => boolean) => {
    let now = line;
    for (const place of stringsIn(line, [])) {
      const next = spoiled(now, place);
      if (!isValid(next)) continue;
      now = next;
      count++;
    }
    return now;
  };
  const ids = new Map(run.header.plan.map((id) => [id, id.replace(/:([^:]+)$/, `:$1${EVIL.replaceAll(':', '')}`)]));
  const plan = [...ids.values()];
  const empty = emptyRun().header;
  const header = spoil({ ...run.header, plan: [] }, (one) => valid(one, { ...run.end }));
  const records = run.records.map((record) => {
    const id = ids.get(record.id) ?? '';
    const known = { ...empty, plan: [id] };
    return spoil({ ...record, id }, (one) => valid(known, one)) as Run['records'][number];
  });
  return { run: { ...run, header: { ...(header as Run['header']), plan }, records, damaged: [EVIL] }, count };
}

it('makes every string of a run safe on the page, in Markdown and on a terminal', () => {
  const { run, count } = spoiledRun(smallRun());
  expect(count).toBeGreaterThan(200);
  const comparison = compare(run, { ...run, records: [] }, 0.03);
  const page = fullPage(run, comparison);
  const { document } = parseHTML(page);
  expect(document.querySelectorAll('script')).toHaveLength(1);
  expect(document.querySelectorAll('img, [onerror]')).toHaveLength(0);
  expect(page).not.toMatch(/<img|<\/script>(?!\s*<\/body>)/);
  expect(document.body.textContent).toContain('<img src=x onerror=alert(1)>');
  const markdown = renderMarkdown(comparison);
  for (const line of markdown.split('\n').filter((one) => /^\| [^-c]/.test(one)))
    expect(line.replaceAll(/\\./g, '').split('|')).toHaveLength(6);
  const options = { color: false, width: 100 };
  for (const text of [page, markdown, renderTerminal(run, options), renderComparison(comparison, options)])
    expect(text.replaceAll('\t', '').match(UNSAFE)).toBeNull();
});

it('shows a plan of thousands of networks within seconds', () => {
  const run = emptyRun();
  const plan = Array.from({ length: 8000 }, (_, i) => `latency:resnet20.seed${i}:fp32:b1:32:null`);
  const large = { ...run, header: { ...run.header, plan } };
  const began = process.cpuUsage();
  expect(renderTerminal(large, { color: false, width: 100 })).toContain('8,000 cells');
  expect(fullPage(large)).toContain('8000');
  expect(process.cpuUsage(began).user / 1e6).toBeLessThan(10);
});
