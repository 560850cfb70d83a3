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

const jsonOf = (data: object): string => JSON.stringify(data, rounded);
const compressed = (json: string): string => gzipSync(json, { level: 6 }).toString('base64');

/** Data as a page's text. */
export const packed = (data: object): string => compressed(jsonOf(data));

/** A run, what it was compared with, and the history that it is a night of, as a page holds them, in JSON. */
export function dataJson(run: Run, comparison: Comparison | undefined, history?: PageData['history']): string {
  const base = comparison && { run: inOrder(comparison.base), rules: comparison.rules };
  const data: PageData = { run: inOrder(run), base, history };
  return jsonOf(data);
}

/** The same as a page's text. */
export const dataText = (run: Run, comparison: Comparison | undefined, history: PageData['history']): string =>
  compressed(dataJson(run, comparison, history));
