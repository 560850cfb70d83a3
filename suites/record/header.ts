import { z } from 'zod';
import { MOST_BACKENDS, MOST_CELLS, MOST_ID } from './limits.ts';

/** Version of the run file's format; upgrades.ts says how others are read, or which version reads them. */
export const SCHEMA = 3;

export const environmentSchema = z.strictObject({
  os: z.string(),
  cpu: z.string(),
  cores: z.number().int(),
  /** Total physical memory. */
  memory: z.number().nonnegative(),
  node: z.string(),
  /** The browser's name, version and path; null where none was found or none was needed. */
  browser: z.strictObject({ name: z.string(), version: z.string(), flags: z.array(z.string()) }).nullable(),
  /** Package name to version, of the runtimes. */
  packages: z.record(z.string(), z.string()),
  /** One-minute load average at the start. */
  load: z.number(),
  /** The processor's frequency governor; null where the operating system does not tell. */
  governor: z.string().nullable(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** What decides whether the times of two runs may be compared. */
const fingerprintSchema = z.strictObject({
  /** SHA-256 of the parts, its first 12 digits. */
  hash: z.string(),
  /** As text: cpu, cores, memory, gpu, os, node, browser, packages. */
  parts: z.record(z.string(), z.string()),
});

/** The last fields of case ids. */
const backendsOf = (plan: readonly string[]): Set<string | undefined> => new Set(plan.map((id) => id.split(':')[5]));

const tooMany = ({ length }: readonly unknown[], what: string, most: number): string =>
  `${length} ${what} are more than a run may plan, ${most}`;

export const headerSchema = z.strictObject({
  kind: z.literal('run'),
  schema: z.literal(SCHEMA),
  /** When measuring began: exports and truths, made before, are not in the budget. */
  started: z.iso.datetime(),
  /** Commit of the suite, with `+` where the tree had changes; null outside a checkout. */
  commit: z.string().nullable(),
  /** What was typed after `npm run bench --`. */
  command: z.array(z.string()),
  profile: z.string(),
  seed: z.number().int(),
  /** Rounds wanted of each cell. */
  rounds: z.number().int(),
  /** Seconds that the run was given. */
  budget: z.number(),
  /** Relative half-width of a latency's interval from which it got no more rounds; null where none was asked. */
  within: z.number().positive().nullable(),
  environment: environmentSchema,
  fingerprint: fingerprintSchema,
  /** Of a run that took turns with another in one process: the name that both share, and which of them this is. */
  pair: z.strictObject({ name: z.string(), variant: z.enum(['a', 'b']) }).nullable(),
  /** Every cell asked for: one without a record was not reached within the budget. */
  plan: z
    .array(z.string().max(MOST_ID))
    .max(MOST_CELLS, { error: ({ input }) => tooMany(input as string[], 'cells', MOST_CELLS) })
    .refine((plan) => backendsOf(plan).size <= MOST_BACKENDS, {
      error: ({ input }) => tooMany([...backendsOf(input as string[])], 'backends', MOST_BACKENDS),
    }),
  /** A person's own models: the files, and the architecture that a checkpoint was read for. */
  models: z
    .array(
      z.strictObject({
        id: z.string(),
        architecture: z.string().nullable(),
        files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
      }),
    )
    .optional(),
});
export type Header = z.infer<typeof headerSchema>;

/** Where a run went on that had been cut short; records follow. */
export const resumeSchema = z.strictObject({
  kind: z.literal('resume'),
  at: z.iso.datetime(),
  /** Seconds that it was given from here on. */
  budget: z.number(),
  /** One-minute load average. */
  load: z.number(),
});
export type Resume = z.infer<typeof resumeSchema>;

/** Where a system tells nothing of what slows its processors. */
export const UNTOLD = { heat: null, quota: null };

/** What only the end of a run tells, or of a part of one that went on; missing where it crashed. */
export const endSchema = z.strictObject({
  kind: z.literal('end'),
  at: z.iso.datetime(),
  /** One-minute load average at the end; the run's own work is in it. */
  load: z.number(),
  /** Share of the processors' time during the run that the hypervisor gave to others; null where not told. */
  steal: z.number().nullable(),
  /** What slowed the processors during the run; null where not told. */
  throttled: z
    .strictObject({
      /** Times that heat did, to the core or package that it slowed most often. */
      heat: z.int().nullable(),
      /** Seconds that the control group, such as a container, waited for its CPU quota. */
      quota: z.number().nullable(),
    })
    .default(UNTOLD),
});
export type End = z.infer<typeof endSchema>;

/** The sum of what is told; null where nothing is. */
function sumOf(values: readonly (number | null)[]): number | null {
  const told = values.filter((value) => value !== null);
  return told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0);
}

/** An end, and the milliseconds of measuring that it tells of. */
export type TimedEnd = { readonly end: End; readonly time: number };

/** What ends tell together: the last, with the share of stolen time over all, each by its time, and what slowed any. */
export function summedEnd(last: End, ends: readonly TimedEnd[]): End {
  const told = ends.flatMap(({ end: { steal }, time }) => (steal === null ? [] : [{ steal, time }]));
  const total = told.reduce((sum, { time }) => sum + time, 0);
  const stolen = told.reduce((sum, { steal, time }) => sum + steal * time, 0);
  return {
    kind: 'end',
    at: last.at,
    load: last.load,
    steal: total === 0 ? null : stolen / total,
    throttled: {
      heat: sumOf(ends.map(({ end }) => end.throttled.heat)),
      quota: sumOf(ends.map(({ end }) => end.throttled.quota)),
    },
  };
}

/** The end of a run by the ends of its parts, each weighed by how long it lasted. Undefined where the last part crashed. */
export function wholeEnd({ started }: Header, resumes: readonly Resume[], ends: readonly End[]): End | undefined {
  const begins = [started, ...resumes.map(({ at }) => at)];
  const last = ends.at(-1);
  if (last === undefined || last.at < (begins.at(-1) ?? '')) return undefined;
  return summedEnd(
    last,
    ends.map((end) => {
      const began = begins.findLast((begin) => begin <= end.at) ?? started;
      // An end within the beginning's millisecond counts too.
      return { end, time: Date.parse(end.at) - Date.parse(began) + 1 };
    }),
  );
}
