import { precisionText } from '../reference/precisions/notation.ts';
import { printable } from '../reference/text.ts';
import type { AnySuite, Value } from '../suites/contract/suite.ts';
import type { Run } from '../suites/record/record.ts';
import { SUITES } from '../suites/suites.ts';
import { factsOf, first, type Row, type Table, tabulate } from './table/table.ts';

/**
 * A text that a spreadsheet shows and does not run: one that begins as a formula does, after blanks too, gets an
 * apostrophe before it (OWASP, CSV Injection).
 */
const inert = (text: string): string => (/^\s*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text);

/** One field after RFC 4180: quoted where it holds a comma, a quote or a line break. */
export function field(value: Value): string {
  const text =
    typeof value === 'string'
      ? printable(inert(value))
      : value === null || value === undefined || Number.isNaN(value)
        ? ''
        : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

type Column = readonly [place: number, name: string, value: (row: Row) => Value];

const placement = (row: Row) => row.placements[0];

/** What every cell has, by its place in a line. */
const COLUMNS: readonly Column[] = [
  [0, 'case', (row) => row.id],
  [1, 'suite', (row) => row.cell.suite],
  [2, 'model', (row) => row.cell.model],
  [3, 'precision', (row) => precisionText(row.cell)],
  [4, 'batch', (row) => row.cell.batch],
  [5, 'input_size_px', (row) => row.cell.size],
  [6, 'backend', (row) => row.cell.backend],
  [7, 'status', (row) => row.status],
  [8, 'reason', (row) => row.reasons.map((one) => one.reason).join('; ')],
  [9, 'fix', (row) => row.reasons.flatMap((one) => one.fix ?? []).join('; ')],
  [10, 'rounds', (row) => row.rounds],
  [11, 'rounds_left_out', (row) => row.leftOut],
  [58, 'device', (row) => placement(row)?.device],
  [59, 'placement_proof', (row) => placement(row)?.proof],
  [60, 'placement_nodes', (row) => placement(row) && JSON.stringify(placement(row)?.nodes)],
  [61, 'adapter', (row) => placement(row)?.adapter?.description],
  [62, 'adapter_is_software', (row) => placement(row)?.adapter?.software],
  [63, 'threads_asked', (row) => placement(row)?.threads?.asked],
  [64, 'threads_got', (row) => placement(row)?.threads?.got],
  [139, 'placement_nodes_elsewhere', (row) => placement(row)?.fallbacks],
  [140, 'placement_copies', (row) => placement(row)?.copies],
  [141, 'numerics', (row) => placement(row)?.numerics],
  [142, 'adapter_vendor', (row) => placement(row)?.adapter?.vendor],
  [143, 'adapter_architecture', (row) => placement(row)?.adapter?.architecture],
  [144, 'adapter_device', (row) => placement(row)?.adapter?.device],
  [145, 'adapter_driver', (row) => placement(row)?.adapter?.driver],
  [146, 'wasm_simd', (row) => placement(row)?.features?.simd],
  [147, 'wasm_jspi', (row) => placement(row)?.features?.jspi],
  [148, 'webgpu_shader_f16', (row) => placement(row)?.features?.float16],
  [149, 'cross_origin_isolated', (row) => placement(row)?.features?.crossOriginIsolated],
  [150, 'cuda_tf32', (row) => placement(row)?.features?.tf32],
];

/** What a suite tells of a cell; its cells of another suite stay empty. */
const suiteColumns = ({ id, columns }: AnySuite): Column[] =>
  columns.map(({ name, place, value }) => [
    place,
    name,
    (row) => (row.cell.suite === id && row.measure ? value(row.measure, factsOf(row)) : undefined),
  ]);

/** All columns in order. Several suites may fill one: a row is of one suite. */
function allColumns(): { name: string; values: ((row: Row) => Value)[] }[] {
  const columns: { name: string; values: ((row: Row) => Value)[] }[] = [];
  for (const [place, name, value] of [...COLUMNS, ...SUITES.flatMap(suiteColumns)]) {
    const column = columns[place] ?? { name, values: [] };
    columns[place] = column;
    if (column.name !== name) throw new Error(`two columns have place ${place}: ${column.name} and ${name}`);
    column.values.push(value);
  }
  return columns;
}

/** One line per cell of a table, RFC 4180, with a header line. */
export function csvOf(table: Table): string {
  const columns = allColumns();
  const lines = [
    columns.map(({ name }) => name),
    ...table.rows.map((row) => columns.map(({ values }) => first(values, (value) => value(row)))),
  ];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** The CSV of all cells of a run. */
export const renderCsv = (run: Run): string => csvOf(tabulate(run));
