/** One question asked of a session. */
export type SuiteRow = {
  readonly id: string;
  readonly question: string;
  /** Whether it needs weights that were trained, and labelled images. */
  readonly trained: boolean;
  /** Whether its answer is the same in every round, so that one is enough. */
  readonly once: boolean;
  /** Batch when a query does not say. */
  readonly batch: number;
};

/** In the order of reports. Suites of one session and batch are answered in one visit. */
export const SUITES: readonly SuiteRow[] = [
  {
    id: 'conformance',
    question: 'are the outputs those of the float64 reference, run after run?',
    trained: false,
    once: false,
    batch: 1,
  },
  {
    id: 'latency',
    question: 'how long does one call take, from host memory to host memory?',
    trained: false,
    once: false,
    batch: 1,
  },
  { id: 'startup', question: 'how long until the first answer?', trained: false, once: false, batch: 1 },
  { id: 'memory', question: 'how much memory does the runtime take?', trained: false, once: false, batch: 1 },
  {
    id: 'accuracy',
    question: 'does the trained network still classify as well?',
    trained: true,
    once: true,
    batch: 25,
  },
];

/** The row of a suite, or undefined. */
export function findSuite(id: string): SuiteRow | undefined {
  return SUITES.find((row) => row.id === id);
}
