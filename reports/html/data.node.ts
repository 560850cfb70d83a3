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

/** Data in JSON, with numbers of as many digits as a page has. */
const jsonOf = (data: object): string => JSON.stringify(data, rounded);

/** Data as a page's text. */
export const packed = (data: object): string => gzipSync(jsonOf(data), { level: 6 }).toString('base64');

/** A run, what it was compared with, and the history that it is a night of, as a page holds them. */
const pageData = (run: Run, comparison: Comparison | undefined, history: PageData['history']): PageData => ({
  run: inOrder(run),
  base: comparison && { run: inOrder(comparison.base), rules: comparison.rules },
  history,
});

/** A run, and what it was compared with, as a page holds it, in JSON. */
export const dataJson = (run: Run, comparison: Comparison | undefined): string =>
  jsonOf(pageData(run, comparison, undefined));

/** The same, with the history, as a page's text. */
export const dataText = (run: Run, comparison: Comparison | undefined, history: PageData['history']): string =>
  packed(pageData(run, comparison, history));
