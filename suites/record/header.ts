import { z } from 'zod';
import { coveredSchema } from './coverage.ts';
import { MOST_BACKENDS, MOST_CELLS, MOST_ID, MOST_SHARDS } from './limits.ts';

/** Version of the run file's format. upgrades.ts says how older ones are read, or which commit reads them. */
export const SCHEMA = 3;

export const environmentSchema = z.strictObject({
  os: z.string(),
  cpu: z.string(),
  cores: z.number().int(),
  /** Total physical memory, in bytes. */
  memory: z.number().nonnegative(),
  node: z.string(),
  /** The browser; null where none was found or needed. */
  browser: z.strictObject({ name: z.string(), version: z.string(), flags: z.array(z.string()) }).nullable(),
  /** Versions of the runtimes' packages, by package name. */
  packages: z.record(z.string(), z.string()),
  /** One-minute load average at the start. */
  load: z.number(),
  /** The processor's frequency governor; null where the operating system does not report it. */
  governor: z.string().nullable(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** Decides whether the times of two runs may be compared. */
const fingerprintSchema = z.strictObject({
  /** First 12 digits of the SHA-256 of the parts. */
  hash: z.string(),
  /** Each part as text: cpu, cores, memory, gpu, os, node, browser, packages. */
  parts: z.record(z.string(), z.string()),
});

/** The backends in a plan: the last field of each id. */
const backendsOf = (plan: readonly string[]): Set<string | undefined> => new Set(plan.map((id) => id.split(':')[5]));

const tooMany = ({ length }: readonly unknown[], what: string, most: number): string =>
  `${length} ${what} are more than the ${most} that a run may plan`;

/** The cells of a plan, as ids. */
const planSchema = z
  .array(z.string().max(MOST_ID))
  .max(MOST_CELLS, { error: ({ input }) => tooMany(input as string[], 'cells', MOST_CELLS) })
  .refine((plan) => backendsOf(plan).size <= MOST_BACKENDS, {
    error: ({ input }) => tooMany([...backendsOf(input as string[])], 'backends', MOST_BACKENDS),
  });

export const headerSchema = z.strictObject({
  kind: z.literal('run'),
  schema: z.literal(SCHEMA),
  /** When measuring began. Exports and truths are made before, so they are not in the budget. */
  started: z.iso.datetime(),
  /** Commit of this project, with `+` where the working tree had changes; null outside a checkout. */
  commit: z.string().nullable(),
  /** The words after `npm run bench --`. */
  command: z.array(z.string()),
  profile: z.string(),
  seed: z.number().int(),
  /** Wanted number of rounds of each cell. */
  rounds: z.number().int(),
  /** Budget in seconds. */
  budget: z.number(),
  /**
   * Rounds of a cell end once the half-width of its latency's interval is at most this share; null for a fixed number
   * of rounds.
   */
  within: z.number().positive().nullable(),
  environment: environmentSchema,
  fingerprint: fingerprintSchema,
  /** For two interleaved runs in one process: the name that both share, and which of the two this is. Else null. */
  pair: z.strictObject({ name: z.string(), variant: z.enum(['a', 'b']) }).nullable(),
  /** The form in which all networks ran, where two forms were interleaved: cell ids have the requested one. Else absent. */
  form: z.string().optional(),
  /** Every planned cell. One without a record was not reached within the budget. */
  plan: planSchema,
  /** Which part of a larger plan this run is, and that plan. Absent where the run is not sharded. */
  shard: z
    .strictObject({ index: z.int().positive(), of: z.int().positive().max(MOST_SHARDS), plan: planSchema })
    .refine(({ index, of }) => index <= of, 'its index is above the number of shards')
    .optional(),
  /** Custom models: the files, and the architecture that a checkpoint was loaded into. */
  models: z
    .array(
      z.strictObject({
        id: z.string(),
        architecture: z.string().nullable(),
        files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
      }),
    )
    .optional(),
  /** The share of each network's channels that its inputs reach. Missing in older files, and where nothing is judged. */
  coverage: z.array(coveredSchema).optional(),
  /** Significant digits of its numbers, where a page of the run saved the file. Absent where they are whole. */
  digits: z.int().positive().optional(),
});
export type Header = z.infer<typeof headerSchema>;

/** Marks where an interrupted run was resumed; its records follow. */
export const resumeSchema = z.strictObject({
  kind: z.literal('resume'),
  at: z.iso.datetime(),
  /** Budget from here on, in seconds. */
  budget: z.number(),
  /** One-minute load average. */
  load: z.number(),
});
export type Resume = z.infer<typeof resumeSchema>;

/** Throttling where the operating system reports none of it. */
export const UNTOLD = { heat: null, quota: null };

/** Facts known at the end of a run, or of a part of a resumed run. Missing where it crashed. */
export const endSchema = z.strictObject({
  kind: z.literal('end'),
  at: z.iso.datetime(),
  /** One-minute load average at the end; the run's own work is in it. */
  load: z.number(),
  /** Share of CPU time during the run that the hypervisor gave to other guests; null where not reported. */
  steal: z.number().nullable(),
  /** Throttling of the processors during the run; null where not reported. */
  throttled: z
    .strictObject({
      /** Number of thermal throttling events, of the core or package that had the most. */
      heat: z.int().nullable(),
      /** Seconds that the control group, such as a container, waited for its CPU quota. */
      quota: z.number().nullable(),
    })
    .default(UNTOLD),
  /** Milliseconds of a fixed kernel on the CPU, timed before each visit, in time order. Missing in older files. */
  control: z.array(z.number().positive()).optional(),
});
export type End = z.infer<typeof endSchema>;

/** The sum of the known values; null where none is known. */
function sumOf(values: readonly (number | null)[]): number | null {
  const told = values.filter((value) => value !== null);
  return told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0);
}

/** An end, and the milliseconds of measuring that it covers. */
export type TimedEnd = { readonly end: End; readonly time: number };

/** Joins several ends: the last one, with stolen time weighted by duration, and throttling summed. */
export function summedEnd(last: End, ends: readonly TimedEnd[]): End {
  const told = ends.flatMap(({ end: { steal }, time }) => (steal === null ? [] : [{ steal, time }]));
  const total = told.reduce((sum, { time }) => sum + time, 0);
  const stolen = told.reduce((sum, { steal, time }) => sum + steal * time, 0);
  const control = ends.flatMap(({ end }) => end.control ?? []);
  return {
    kind: 'end',
    at: last.at,
    load: last.load,
    steal: total === 0 ? null : stolen / total,
    throttled: {
      heat: sumOf(ends.map(({ end }) => end.throttled.heat)),
      quota: sumOf(ends.map(({ end }) => end.throttled.quota)),
    },
    ...(control.length > 0 ? { control } : {}),
  };
}

/**
 * The end of a run from the ends of its parts, each weighted by its duration. Undefined where the last part crashed.
 */
export function wholeEnd({ started }: Header, resumes: readonly Resume[], ends: readonly End[]): End | undefined {
  const begins = [started, ...resumes.map(({ at }) => at)];
  const last = ends.at(-1);
  if (last === undefined || last.at < (begins.at(-1) ?? '')) return undefined;
  return summedEnd(
    last,
    ends.map((end) => {
      const began = begins.findLast((begin) => begin <= end.at) ?? started;
      // + 1: a part that ends in the millisecond in which it began counts too.
      return { end, time: Date.parse(end.at) - Date.parse(began) + 1 };
    }),
  );
}
