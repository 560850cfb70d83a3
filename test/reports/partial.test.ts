import { expect, it } from 'vitest';
import { partFinding, statusFinding } from '../../reports/compare/changes.ts';
import { renderCsv } from '../../reports/csv.ts';
import { problemsOf, type Row, tabulate } from '../../reports/table/table.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import type { Outcome, Run } from '../../suites/record/record.ts';
import { emptyRun } from './fixture.ts';
import { fullPage } from './full-page.ts';
import { layersOf, placementOf } from './results.ts';

const ID = 'layers:resnet20.seed0:fp32:b1:32:ort-node/cpu';
const REASON = '55 of 67 layers did not run: no time';
const held = { placement: placementOf('ort-node/cpu', 'cpu'), result: layersOf('ort-node/cpu', 67, () => 0.5) };
const PARTIAL: Outcome = { status: 'partial', reason: REASON, ...held };
const OK: Outcome = { status: 'ok', ...held };

function runOf(...outcomes: readonly Outcome[]): Run {
  const empty = emptyRun();
  return {
    ...empty,
    header: { ...empty.header, plan: [ID] },
    records: outcomes.map((outcome, round) => ({
      kind: 'record',
      id: ID,
      round,
      at: '2026-01-01T00:00:00.000Z',
      outcome,
    })),
  };
}
const rowOf = (...outcomes: readonly Outcome[]): Row => {
  const [row] = tabulate(runOf(...outcomes)).rows;
  if (row === undefined) throw new Error('no row');
  return row;
};

it('shows a part that did not run in every report, with its count and the figures of what ran', () => {
  const run = runOf(OK, PARTIAL);
  const [row] = tabulate(run).rows;
  expect(row).toMatchObject({ status: 'partial', measure: { total: 67 } });
  expect(problemsOf(tabulate(run))).toMatchObject([{ status: 'partial', reason: REASON }]);
  const text = renderTerminal(run, { color: false, width: 120 });
  expect(text).toContain(`partial: ${REASON}`);
  expect(text).toMatch(/12\/67/);
  expect(text).toContain('1 cell · 1 partial');
  expect(renderCsv(run)).toMatch(new RegExp(`,partial,${REASON},`));
  expect(fullPage(run)).toContain(REASON);
});

it('is neither mended nor broken by a part that did not run', () => {
  expect(statusFinding(rowOf(OK), rowOf(PARTIAL))).toBeUndefined();
  expect(partFinding(rowOf(OK), rowOf(PARTIAL))).toMatchObject([{ verdict: 'less covered', detail: REASON }]);
  expect(partFinding(rowOf(PARTIAL), rowOf(OK))).toMatchObject([{ verdict: 'more covered', detail: REASON }]);
  expect(statusFinding(rowOf(PARTIAL), rowOf(OK))).toBeUndefined();
  expect(statusFinding(rowOf(PARTIAL), rowOf(PARTIAL))).toBeUndefined();
  const wrong: Outcome = { status: 'wrong', reason: 'x', ...held };
  expect(statusFinding(rowOf(wrong), rowOf(PARTIAL))?.verdict).toBe('mended');
  expect(statusFinding(rowOf(PARTIAL), rowOf(wrong))?.verdict).toBe('broken');
});

it('names a known defect beside a failure of the versions in which it was seen', () => {
  const id = 'layers:opgrid.seed0:fp32:b1:37:ort-node/webgpu';
  const wrong: Outcome = { status: 'wrong', reason: 'x', ...held };
  const page = (version: string) => {
    const { header, records, ...rest } = runOf(wrong);
    const environment = { ...header.environment, packages: { 'onnxruntime-node': version } };
    const renamed = records.map((record) => ({ ...record, id }));
    return fullPage({ ...rest, header: { ...header, plan: [id], environment }, records: renamed });
  };
  expect(page('1.30.0')).toContain('A known defect: onnxruntime-node 1.30.0 mixes up the groups');
  expect(page('1.31.0')).not.toContain('A known defect');
});
