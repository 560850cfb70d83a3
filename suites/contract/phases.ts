/** Phases whose beginning is a point in a process' memory. */
const POINTS = ['baseline', 'opened', 'steady', 'closed'] as const;
export type Point = (typeof POINTS)[number];

export const isPoint = (phase: string): phase is Point => POINTS.some((point) => point === phase);

/** After each session of a visit that opens and closes many: hosts collect garbage and read memory. */
export const CYCLE = 'cycle';

/** Phases of every visit in which no device is given back on purpose; a suite's `run.ts` names those of its own. */
export const RUNNING: readonly string[] = ['opened', 'first', 'second', 'warm-up', 'steady'];
