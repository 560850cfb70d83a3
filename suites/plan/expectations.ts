import type { Status } from '../record/record.ts';
import { findSuite } from '../suites.ts';
import { type Cell, cellFields, globMatches, isOwn } from './cell.ts';

/** A known failure of a runtime, so that a run can distinguish it from a new one. */
export type Expectation = {
  /** Fields of a cell id, `*` for any. */
  readonly cells: readonly [
    suite: string,
    model: string,
    precision: string,
    batch: string,
    size: string,
    backend: string,
  ];
  readonly status: Status;
  /** What the defect is, and where it is reported. */
  readonly reason: string;
};

/** An entry whose cells pass again is a failure too, so that this list stays true. */
export const EXPECTATIONS: readonly Expectation[] = [
  ...[
    ['resnet18.*', 'fp32'],
    ['resnet34.*', 'fp32'],
    ['opgrid.*', '*'],
  ].map(
    ([model = '', precision = '']): Expectation => ({
      cells: ['*', model, precision, '*', '*', 'ort-web/webgl'],
      status: 'wrong',
      reason:
        'onnxruntime-web 1.30 (WebGL) runs a convolution with the fused ReLU of another convolution of the same shape; not reported yet',
    }),
  ),
  ...['ort-web/webgpu', 'ort-web/webgpu-jsep', 'ort-node/webgpu'].map(
    (backend): Expectation => ({
      cells: ['*', 'opgrid.*', '*', '*', '*', backend],
      status: 'wrong',
      reason:
        'ONNX Runtime 1.30 (WebGPU) mixes up the groups of a convolution with 5 output channels each; not reported yet',
    }),
  ),
];

/** The known failure of a cell, or undefined. Custom models have none: their file may be named like any other model. */
export function expectationOf(cell: Cell): Expectation | undefined {
  if (isOwn(cell.model)) return undefined;
  // A suite that compares no outputs cannot find a wrong one.
  const judged = findSuite(cell.suite)?.judged ?? true;
  const fields = cellFields(cell);
  return EXPECTATIONS.find(
    ({ cells, status }) =>
      (judged || status !== 'wrong') && cells.every((pattern, i) => globMatches(pattern, fields[i] ?? '')),
  );
}

/** Whether a known failure explains a status: its own, or an output in doubt that a visit had no time to prove wrong. */
export const explains = ({ status }: Pick<Expectation, 'status'>, found: Status): boolean =>
  found === status || (found === 'suspect' && status === 'wrong');

/** Whether an outcome is unexpected: an unknown failure, or a known failure that did not happen. */
export function isNews(cell: Cell, status: Status): boolean {
  const expected = expectationOf(cell);
  if (status === 'unsupported') return false;
  return expected === undefined ? status !== 'ok' : !explains(expected, status);
}
