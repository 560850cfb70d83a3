import { random } from '../../reference/random.ts';
import type { NightJudged } from '../../suites/nightly/judged.ts';
import type { Night } from '../../suites/nightly/night.ts';

/** A machine and its cells, as a simulation. Spreads are standard deviations of logarithms. */
export type World = {
  /** Noise between nights, fresh in each run: Student's t with 3 degrees of freedom, scaled to this robust spread. */
  readonly noise: number;
  /** Share of the noise's variance that stays when a night's cells are run again. */
  readonly stays: number;
  readonly cells: number;
  readonly nights: number;
  readonly seed: number;
};

/** Of all runs of a cell: slow by itself, by 5 to 50 %. Other work of the machine does that. */
const SPIKES = 0.01;
/** Of all nights: the whole machine is slow, by 3 to 40 %, and its cells feel it to unlike degrees. */
const SLOW_NIGHTS = 0.05;
const RESPONSE = 0.15;
/** Drift of each cell, and of the machine, in a night. */
const CELL_DRIFT = 0.0001;
const MACHINE_DRIFT = 0.001;
/** How unlike the cells' own noise is. */
const UNLIKE = 0.3;
/** Cells that get slower in each history, for each size of step. */
export const STEPPED = 5;
export const STEPS = [0.1, 0.05] as const;

const RUNTIMES = ['ort-node/cpu', 'ort-web/wasm', 'ort-web/webgpu', 'tfjs/webgl', 'tfjs/wasm'];

/** A cell that gets slower for good. */
export type Planted = { readonly id: string; readonly night: number; readonly step: number };

export type Nightly = {
  readonly planted: readonly Planted[];
  /** The nights in order, not judged; and one run again, of the same night with fresh noise. */
  night(number: number): Night;
  again(number: number, ids: readonly string[]): Night;
};

/** Standard normals and Student's t with 3 degrees of freedom, scaled to the quartiles of a standard normal. */
function draws(next: () => number) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const tail = () => {
    const chi = normal() ** 2 + normal() ** 2 + normal() ** 2;
    return (0.6744897501960817 / 0.7648923284043452) * (normal() / Math.sqrt(chi / 3));
  };
  return { normal, tail };
}

const nightOf = (number: number, cells: Night['cells']): Night => ({
  number,
  files: {},
  started: new Date(Date.UTC(2026, 0, number)).toISOString(),
  commit: null,
  machine: 'simulated',
  parts: {},
  command: [],
  control: null,
  ended: true,
  damaged: [],
  cells,
  pairs: [],
  judged: null,
});

/** A history of a machine whose cells drift, are noisy, and get slower where it is planted. */
export function simulate(world: World): Nightly {
  const next = random(world.seed);
  const { normal, tail } = draws(next);
  const cells = Array.from({ length: world.cells }, (_, i) => ({
    id: `latency:m${i}.seed0:fp32:b1:64:${RUNTIMES[i % RUNTIMES.length]}`,
    level: Math.log(1 + 100 * next()),
    noise: world.noise * Math.exp(UNLIKE * normal()),
    drift: CELL_DRIFT * normal(),
  }));
  const planted = STEPS.flatMap((step, kind) =>
    Array.from({ length: STEPPED }, (_, i) => ({
      id: cells[kind * STEPPED + i]?.id ?? '',
      night: Math.floor(15 + (world.nights - 25) * next()),
      step,
    })),
  );
  let machine = 0;
  /** What is the same for all runs of a night: the logarithm of each cell's time. */
  const truths = Array.from({ length: world.nights + 1 }, (_, number) => {
    machine += MACHINE_DRIFT * normal();
    const slow = next() < SLOW_NIGHTS ? Math.log(1.03 + 0.37 * next()) : 0;
    return cells.map(({ id, level, noise, drift }) => {
      const steps = planted.filter((one) => one.id === id && one.night <= number);
      const stepped = steps.reduce((sum, { step }) => sum + Math.log1p(step), 0);
      const stays = Math.sqrt(world.stays) * noise * tail();
      return level + machine + drift * number + slow * (1 + RESPONSE * normal()) + stepped + stays;
    });
  });
  const run = (number: number, ids?: readonly string[]): Night => {
    const entries = cells.flatMap(({ id, noise }, i): [string, Night['cells'][string]][] => {
      if (ids !== undefined && !ids.includes(id)) return [];
      const spike = next() < SPIKES ? Math.log(1.05 + 0.45 * next()) : 0;
      const log = (truths[number]?.[i] ?? 0) + Math.sqrt(1 - world.stays) * noise * tail() + spike;
      return [[id, { status: 'ok', reason: '', ms: Math.exp(log), resolution: 0, place: 'cpu' }]];
    });
    return nightOf(number, Object.fromEntries(entries));
  };
  return { planted, night: (number) => run(number), again: run };
}

/** The night with what the gate said of it. */
export const withJudged = (night: Night, judged: NightJudged): Night => ({ ...night, judged });
