import { expect, it } from 'vitest';
import { renderCsv } from '../../reports/csv.ts';
import { renderJson } from '../../reports/json.ts';
import { tabulate } from '../../reports/table/table.ts';
import { ID, latency, runOf } from './runs.ts';

it('JSON and CSV have precision and form as one text, as ids do, and tables tell forms apart', () => {
  const run = runOf({ [ID]: latency(1), [ID.replace('fp32', 'fp32-bn')]: latency(2) });
  const { rows, subjects } = JSON.parse(renderJson(tabulate(run)));
  const rest = { model: 'resnet18.seed0', batch: 1, size: 64 };
  expect(rows.map(({ cell }: { cell: object }) => cell)).toEqual([
    { suite: 'latency', ...rest, precision: 'fp32', backend: 'ort-node/cpu' },
    { suite: 'latency', ...rest, precision: 'fp32-bn', backend: 'ort-node/cpu' },
  ]);
  expect(subjects.map(({ label }: { label: string }) => label)).toEqual([
    'resnet18.seed0 · 64×64',
    'resnet18.seed0 · 64×64 · fp32-bn',
  ]);
  const column = renderCsv(run).split('\r\n').slice(1, 3);
  expect(column.map((line) => line.split(',')[3])).toEqual(['fp32', 'fp32-bn']);
});
