import { type Column, type Criterion, columnsFrom } from '../contract/suite.ts';
import { NONE, number } from '../stats/format.ts';
import { noWarmth, PARTS, PHASES, type Startup, warmOf } from './figures.ts';

export const columns: readonly Column<Startup>[] = [
  ...columnsFrom<Startup>(20, [
    ['startup_load_ms', ({ load }) => load],
    ['startup_open_ms', ({ open }) => open],
    ['startup_first_ms', ({ first }) => first],
    ['startup_second_ms', ({ second }) => second],
    ['startup_total_ms', ({ total }) => total],
  ]),
  ...columnsFrom<Startup>(
    107,
    PARTS.filter((part) => part !== 'first').map((part) => [`startup_${part}_ms`, (one) => one[part]] as const),
  ),
  ...columnsFrom<Startup>(111, [
    ['startup_network_bytes', ({ bytes }) => bytes?.network],
    ['startup_cache_bytes', ({ bytes }) => bytes?.cache],
  ]),
  ...PHASES.flatMap((phase, i) =>
    columnsFrom<Startup>(113 + 4 * i, [
      [`startup_${phase}_shaders`, ({ compiled }) => compiled?.[phase].shaders],
      [`startup_${phase}_pipelines`, ({ compiled }) => compiled?.[phase].pipelines],
      [`startup_${phase}_asynchronous_pipelines`, ({ compiled }) => compiled?.[phase].asynchronous],
      [`startup_${phase}_pipelines_pending_ms`, ({ compiled }) => compiled?.[phase].pending],
    ]),
  ),
  ...columnsFrom<Startup>(
    129,
    [...PARTS, 'second' as const, 'total' as const].map(
      (part) => [`startup_warm_${part}_ms`, (one: Startup) => warmOf(one)?.[part]] as const,
    ),
  ),
  ...columnsFrom<Startup>(136, [
    ['startup_warm_network_bytes', (one) => warmOf(one)?.bytes?.network],
    ['startup_warm_cache_bytes', (one) => warmOf(one)?.bytes?.cache],
    ['startup_warm_missing', (one) => noWarmth(one)],
  ]),
];

export const criteria: readonly Criterion<Startup>[] = [
  {
    id: 'cold',
    title: 'Cold start',
    unit: 'ms',
    place: 1,
    better: 'less',
    value: ({ total }) => total,
    text: ({ total }) => number(total),
  },
  {
    id: 'cached',
    title: 'Start, warm caches',
    unit: 'ms',
    place: 2,
    better: 'less',
    value: (one) => warmOf(one)?.total,
    text(one) {
      const warm = warmOf(one);
      return warm ? number(warm.total) : NONE;
    },
  },
];
