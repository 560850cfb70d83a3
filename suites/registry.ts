/** One question asked of a session. */
export type SuiteRow = {
  readonly id: string;
  readonly question: string;
  /** Whether it needs weights that were trained, and labelled images. */
  readonly trained: boolean;
  /** Whether its answer is the same in every round, so that one is enough. */
  readonly once: boolean;
  /** Whether it has a session to itself; the others of one model, batch and backend are answered by one. */
  readonly alone: boolean;
  /** Seconds that its visits may take, as a multiple of the profile's. */
  readonly patience: number;
  /** What its visits are handed beside a checkpoint. */
  readonly files: readonly ('export' | 'truth' | 'images')[];
  /** Batch when a query does not say. */
  readonly batch: number;
};

/** In the order of reports. */
export const SUITES: readonly SuiteRow[] = [
  {
    id: 'conformance',
    question: 'are the outputs those of the float64 reference, run after run?',
    trained: false,
    once: false,
    alone: false,
    patience: 1,
    files: ['export', 'truth'],
    batch: 1,
  },
  {
    id: 'layers',
    question: 'is every layer right by itself, within what rounding can do at worst?',
    trained: false,
    once: true,
    alone: true,
    patience: 10,
    files: [],
    batch: 1,
  },
  {
    id: 'latency',
    question: 'how long does one call take, from host memory to host memory?',
    trained: false,
    once: false,
    alone: false,
    patience: 1,
    files: ['export', 'truth'],
    batch: 1,
  },
  {
    id: 'startup',
    question: 'how long until the first answer?',
    trained: false,
    once: false,
    alone: false,
    patience: 1,
    files: ['export', 'truth'],
    batch: 1,
  },
  {
    id: 'memory',
    question: 'how much memory does the runtime take?',
    trained: false,
    once: false,
    alone: false,
    patience: 1,
    files: ['export', 'truth'],
    batch: 1,
  },
  {
    id: 'leak',
    question: 'does memory grow as sessions are created, run and closed?',
    trained: false,
    once: true,
    alone: true,
    patience: 10,
    files: ['export'],
    batch: 1,
  },
  {
    id: 'accuracy',
    question: 'does the trained network still classify as well?',
    trained: true,
    once: true,
    alone: true,
    patience: 1,
    files: ['export', 'images'],
    batch: 25,
  },
];

/** The row of a suite, or undefined. */
export function findSuite(id: string): SuiteRow | undefined {
  return SUITES.find((row) => row.id === id);
}
