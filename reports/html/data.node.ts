import { gzipSync } from 'node:zlib';
import type { Run } from '../../suites/record/record.ts';
import type { Comparison } from '../compare/compare.ts';
import { DIGITS, type PageData } from './data.ts';

/**
 * A run as its page holds it: the records of one cell beside each other, since their rounds repeat much, which compresses
 * well; and without the times of visits, which only a trace shows.
 */
const inOrder = (run: Run): Run => ({
  ...run,
  records: run.records
    .map(({ visit: _, ...record }) => record)
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
});

const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;

/** A run, and what it was compared with, as a page holds it, in JSON. */
export function dataJson(run: Run, comparison: Comparison | undefined): string {
  const base = comparison && { run: inOrder(comparison.base), rules: comparison.rules };
  const data: PageData = { run: inOrder(run), base };
  return JSON.stringify(data, rounded);
}

/** The same as a page's text. */
export const dataText = (run: Run, comparison: Comparison | undefined): string =>
  gzipSync(dataJson(run, comparison), { level: 6 }).toString('base64');
