import { grouped, maximum } from '../../reference/collect.ts';
import { NONE, number } from '../../suites/stats/format.ts';
import { bestOf, hasBatches, type ScenarioRow, scenariosOf, type Tail } from '../table/scenarios.ts';
import type { Table } from '../table/table.ts';
import { clip, plain } from './lines.ts';

const ms = (tail: Tail | undefined): string => number(tail?.ms?.median ?? Number.NaN);

const COLUMNS: readonly (readonly [title: string, text: (row: ScenarioRow) => string])[] = [
  ['backend', (row) => plain(row.backend)],
  ['1 image p90 ms', (row) => ms(row.single)],
  ['8 images p99 ms', (row) => ms(row.multi)],
  ['images/s', (row) => number(bestOf(row)?.rate?.median ?? Number.NaN)],
  ['at batch', (row) => String(bestOf(row)?.batch ?? NONE)],
];

const LEGEND = `single-stream, multi-stream, offline at its best batch · ${NONE} too few samples, or no figure`;

/** MLPerf's scenarios by network and backend, in lines of at most `width`; none where one batch was asked for. */
export function scenarioLines(table: Table, width: number): { text: string; kind: 'title' | 'row' | 'key' }[] {
  const rows = scenariosOf(table);
  if (!hasBatches(rows)) return [];
  const widths = COLUMNS.map(([title, text]) => maximum([title.length, ...rows.map((row) => text(row).length)]));
  const line = (texts: readonly string[]) =>
    clip(
      `  ${texts.map((one, i) => (i === 0 ? one.padEnd(widths[0] ?? 0) : one.padStart(widths[i] ?? 0))).join('  ')}`,
      width,
    );
  return [
    { text: line(COLUMNS.map(([title]) => title)), kind: 'key' },
    ...[...grouped(rows, ({ label }) => label)].flatMap(([label, members]) => [
      { text: clip(plain(label), width), kind: 'title' as const },
      ...members.map((row) => ({ text: line(COLUMNS.map(([, text]) => text(row))), kind: 'row' as const })),
    ]),
    { text: clip(LEGEND, width), kind: 'key' },
  ];
}
