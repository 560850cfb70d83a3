import { type Change, type ChangeFinding, differs, moves, type RoundTimes } from '../contract/change.ts';
import { mebibytes } from '../stats/format.ts';
import { PARTS, PHASES, type Startup, totalOf } from './figures.ts';
import type { Start } from './schema.ts';

/** Sizes of files that were fetched differ by headers alone: 1 %, and 16 KiB. */
const FILES = { factor: 1.01, floor: 16 * 1024 };

/** The clock resolution of a start-up, as a share of it: far below what matters. */
const RESOLUTION = 0;

const parts = (name: string, starts: readonly (Start | null)[]): RoundTimes[] =>
  [...PARTS, 'second' as const].map((part) => ({
    metric: `${name}_${part}_ms`,
    kind: 'part',
    times: starts.map((start) => start?.[part] ?? null),
    resolution: RESOLUTION,
  }));

/** How much GPU code each phase compiled: counts, which are the same in every run of one version. */
const compiled = (a: Startup, b: Startup): ChangeFinding[] =>
  PHASES.flatMap((phase) =>
    (['shaders', 'pipelines'] as const).flatMap((what) => {
      const [base, head] = [a.compiled?.[phase][what], b.compiled?.[phase][what]];
      if (base === undefined || head === undefined) return [];
      const text = (n: number) => `${n} ${what}`;
      const metric = `startup_${phase}_${what}`;
      return differs(['more compiled', 'less compiled'], { metric, base, head, text }, `phase ${phase}`);
    }),
  );

/** Bytes of the runtime's and the model's files, wherever they came from. */
function files(a: Startup, b: Startup): ChangeFinding[] {
  if (a.bytes === null || b.bytes === null) return [];
  const [base, head] = [a.bytes, b.bytes].map(({ network, cache }) => network + cache) as [number, number];
  const text = (bytes: number) => `${mebibytes(bytes)} MiB of files`;
  return moves(['larger files', 'smaller files'], { metric: 'startup_files_bytes', base, head, text }, FILES);
}

/** The time until the first answer decides; its parts, and those of a start with warm caches, show where it went. */
export const change: Change<Startup> = {
  unchanged: 'same time',
  times: ({ totals, starts, warmStarts }) => [
    { metric: 'startup_total_ms', kind: 'main', times: totals, resolution: RESOLUTION },
    ...parts('startup', starts),
    {
      metric: 'startup_warm_total_ms',
      kind: 'part',
      times: warmStarts.map((start) => (start === null ? null : totalOf(start))),
      resolution: RESOLUTION,
    },
    ...parts('startup_warm', warmStarts),
  ],
  anywhere: (a, b) => [...compiled(a, b), ...files(a, b)],
};
