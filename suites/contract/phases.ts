/** Phases at whose beginning the memory of processes is read. */
const POINTS = ['baseline', 'opened', 'steady', 'closed'] as const;
export type Point = (typeof POINTS)[number];

export const isPoint = (phase: string): phase is Point => POINTS.some((point) => point === phase);

/** After each session of a visit that opens and closes many: hosts collect garbage and read memory. */
export const CYCLE = 'cycle';

/** Phases of every visit in which no device is released on purpose. A suite's `run.ts` adds its own. */
export const RUNNING: readonly string[] = ['opened', 'first', 'second', 'warm-up', 'steady'];

/** Prefix of a second page's phases: they do not count as the phase in which the first page ended. */
export const SECOND_PAGE = 'warm ';
