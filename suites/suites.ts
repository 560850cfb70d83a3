/** One question asked of a session. */
export type SuiteRow = {
  readonly id: string;
  readonly question: string;
  /** What it is asked of: networks, only those with trained weights, or the chains of one kernel that gauge a device. */
  readonly of: 'networks' | 'trained' | 'kernels';
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

/** What suites share that one session answers together, and those that open sessions of their own again and again. */
const TOGETHER: Omit<SuiteRow, 'id' | 'question'> = {
  ...{ of: 'networks', once: false, alone: false, patience: 1, batch: 1 },
  files: ['export', 'truth'],
};
const APART: Omit<SuiteRow, 'id' | 'question' | 'files'> = {
  of: 'networks',
  once: true,
  alone: true,
  patience: 10,
  batch: 1,
};

/** In the order of reports. */
export const SUITES: readonly SuiteRow[] = [
  {
    id: 'conformance',
    question: 'are the outputs those of the float64 reference, run after run?',
    ...TOGETHER,
  },
  {
    id: 'layers',
    question: 'is every layer right by itself, within what rounding can do at worst?',
    ...APART,
    files: [],
  },
  {
    id: 'latency',
    question: 'how long does one call take, from host memory to host memory?',
    ...TOGETHER,
  },
  {
    id: 'transfer',
    question: 'how much of a call is moving data between host and device?',
    ...TOGETHER,
    alone: true,
    patience: 2,
  },
  {
    id: 'startup',
    question: 'how long until the first answer?',
    ...TOGETHER,
  },
  {
    id: 'memory',
    question: 'how much memory does the runtime take?',
    ...TOGETHER,
  },
  {
    id: 'leak',
    question: 'does memory grow as sessions are created, run and closed?',
    ...APART,
    files: ['export'],
  },
  {
    id: 'roofline',
    question: 'what does the device reach at best, in arithmetic and in memory?',
    ...APART,
    of: 'kernels',
    patience: 1,
    files: [],
  },
  {
    id: 'compliance',
    question: 'are timed answers right, and is nothing cached between calls?',
    ...APART,
    patience: 1,
    files: ['export', 'truth', 'images'],
  },
  {
    id: 'accuracy',
    question: 'does the trained network still classify as well?',
    of: 'trained',
    once: true,
    alone: true,
    patience: 1,
    files: ['export', 'images'],
    batch: 25,
  },
];

/** What groups cells into sessions: a suite that is alone, or all others. */
export const sessionOf = (suite: string): string => (findSuite(suite)?.alone ? suite : 'visit');

/** Whether a suite's visits are handed labelled images, where there are some; and whether it cannot do without. */
export const usesImages = (suite: string): boolean => findSuite(suite)?.files.includes('images') ?? false;
export const needsImages = (suite: string): boolean => usesImages(suite) && findSuite(suite)?.of === 'trained';

/** The row of a suite, or undefined. */
export function findSuite(id: string): SuiteRow | undefined {
  return SUITES.find((row) => row.id === id);
}
