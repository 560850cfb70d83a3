import type { NightJudged } from '../../../suites/nightly/judged.ts';
import type { Night, NightCell } from '../../../suites/nightly/night.ts';

/** Ids of cells on two runtimes. */
export const CELL = 'latency:resnet18.seed0:fp32:b1:64:ort-node/cpu';
export const IDS = ['ort-node/cpu', 'ort-web/wasm'].flatMap((backend) =>
  ['resnet18', 'resnet34', 'resnet50'].map((model) => `latency:${model}.seed0:fp32:b1:64:${backend}`),
);

export const cell = (ms: number, more: Partial<NightCell> = {}): NightCell => ({
  status: 'ok',
  reason: '',
  ms,
  resolution: 0,
  place: 'cpu',
  ...more,
});

/** Times that scatter by about one and a half per cent, the same each time. */
const wobble = (number: number, index: number): number => 1 + 0.014 * Math.sin(7 * number + 3 * index);

/** A night in which every cell takes its time, ten milliseconds and more, times `factor`. */
export function night(number: number, factor: (id: string) => number, more: Partial<Night> = {}): Night {
  const cells = Object.fromEntries(
    IDS.map((id, i) => [id, cell(10 * (i + 1) * wobble(number, i) * factor(id))] as const),
  );
  return {
    number,
    files: {},
    started: new Date(Date.UTC(2026, 0, number, 2)).toISOString(),
    commit: 'aaaaaaaaaaaa',
    machine: 'cpu: one',
    parts: { packages: 'onnxruntime-node 1.29.0, onnxruntime-web 1.29.0', node: 'v20.20.0', os: 'Linux 6.1' },
    command: ['latency'],
    control: null,
    ended: true,
    damaged: [],
    cells,
    pairs: [],
    judged: null,
    ...more,
  };
}

export const same = () => 1;
export const nights = (count: number): Night[] => Array.from({ length: count }, (_, i) => night(i + 1, same));

export const JUDGED: NightJudged = {
  shift: 0,
  found: [],
  cleared: [],
  suspected: [],
  faster: [],
  judged: 6,
  few: 0,
  notices: [],
};
