import { beyondTolerance } from '../../reference/judge/verdict.ts';
import { mebibytes, NONE, number, percent, ratio } from '../../suites/stats/format.ts';
import { flopsOf } from '../table/efficiency.ts';
import { measured, rowOf, type Session, worstCheck } from '../table/table.ts';
import { plain } from './lines.ts';

export type Column = {
  readonly title: string;
  readonly right: boolean;
  /** Columns with a higher number go first where the width is short. */
  readonly spare: number;
  text(session: Session): string;
};

const latencyOf = (session: Session) => measured(rowOf(session, 'latency'), 'latency');

/** The table's columns. */
export const COLUMNS: readonly Column[] = [
  { title: 'backend', right: false, spare: 0, text: (session) => plain(session.backend) },
  { title: 'status', right: false, spare: 0, text: (session) => session.status },
  {
    title: 'latency ms',
    right: true,
    spare: 1,
    text: (session) => {
      const latency = latencyOf(session);
      return latency ? `${number(latency.median)}${latency.few ? '*' : ''}` : NONE;
    },
  },
  {
    title: '±%',
    right: true,
    spare: 6,
    text: (session) => {
      const { interval, median } = latencyOf(session) ?? {};
      return interval && median ? number((50 * (interval[1] - interval[0])) / median) : NONE;
    },
  },
  {
    title: '1st call ms',
    right: true,
    spare: 4,
    text: (session) => number(measured(rowOf(session, 'startup'), 'startup')?.first ?? Number.NaN),
  },
  {
    title: 'peak MiB',
    right: true,
    spare: 3,
    text: (session) => mebibytes(measured(rowOf(session, 'memory'), 'memory')?.peak),
  },
  {
    title: 'err/allowed',
    right: true,
    spare: 2,
    text: (session) => {
      const worst = worstCheck(rowOf(session, 'conformance')) ?? worstCheck(rowOf(session, 'layers'));
      return worst === undefined ? NONE : beyondTolerance(worst) > 0 ? 'NaN/Inf' : ratio(worst.ratio);
    },
  },
  {
    title: 'layers',
    right: true,
    spare: 7,
    text: (session) => {
      const done = measured(rowOf(session, 'layers'), 'layers');
      return done ? `${done.layers.length}/${done.total}` : NONE;
    },
  },
  {
    title: 'GFLOP/s',
    right: true,
    spare: 8,
    text: (session) => {
      const [latency, peak] = [latencyOf(session), measured(rowOf(session, 'roofline'), 'roofline')];
      const flops = peak?.flops ?? (latency && flopsOf(latency));
      return flops === undefined ? NONE : number(flops / 1e9);
    },
  },
  {
    title: 'host/device',
    right: true,
    spare: 9,
    text: (session) => {
      const transfer = measured(rowOf(session, 'transfer'), 'transfer');
      return transfer ? `${ratio(transfer.ratio.median)}${transfer.few ? '*' : ''}` : NONE;
    },
  },
  {
    title: 'top-1 %',
    right: true,
    spare: 5,
    text: (session) => {
      const accuracy = measured(rowOf(session, 'accuracy'), 'accuracy');
      return accuracy ? percent(accuracy.top1 / accuracy.images) : NONE;
    },
  },
];
