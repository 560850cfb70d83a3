import { gzipSync } from 'node:zlib';
import type { Run } from '../../suites/record/record.ts';
import type { Comparison } from '../compare/compare.ts';
import type { PageData } from './data.ts';

/** Records of one cell beside each other: their rounds repeat much, which compresses well. */
const inOrder = (run: Run): Run => ({
  ...run,
  records: [...run.records].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
});

/**
 * Digits of a number in a page: what lies beyond is noise, of clocks and of binary fractions, which does not
 * compress.
 */
const DIGITS = 6;
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;

/** A run, and what it was compared with, as a page holds it. */
export function dataText(run: Run, comparison: Comparison | undefined): string {
  const base = comparison && { run: inOrder(comparison.base), rules: comparison.rules };
  const data: PageData = { run: inOrder(run), base };
  return gzipSync(JSON.stringify(data, rounded), { level: 6 }).toString('base64');
}
