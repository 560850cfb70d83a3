import { z } from 'zod';
import { accuracy } from './accuracy/suite.ts';
import { compliance } from './compliance/suite.ts';
import { conformance } from './conformance/suite.ts';
import type { AnySuite } from './contract/suite.ts';
import { latency } from './latency/suite.ts';
import { layers } from './layers/suite.ts';
import { leak } from './leak/suite.ts';
import { memory } from './memory/suite.ts';
import { roofline } from './roofline/suite.ts';
import { startup } from './startup/suite.ts';
import { transfer } from './transfer/suite.ts';

/** Every suite, in the order of reports. */
const TABLE = [conformance, layers, latency, transfer, startup, memory, leak, roofline, compliance, accuracy] as const;

export const SUITES: readonly AnySuite[] = TABLE;

/** The result of a suite in one visit, as the run file holds it. */
export type Result = z.infer<(typeof TABLE)[number]['schema']>;
export type ResultOf<S extends Result['suite']> = Extract<Result, { suite: S }>;

/** A suite's results, aggregated over the rounds of a cell. */
export type Figures = NonNullable<ReturnType<(typeof TABLE)[number]['figures']>>;
export type FiguresOf<S extends Figures['suite']> = Extract<Figures, { suite: S }>;

const known = new Map(SUITES.map((row) => [row.id, row]));

/** The row of a suite, or undefined. */
export const findSuite = (id: string): AnySuite | undefined => known.get(id);

/** A result of any suite, each checked by its own schema. */
export const resultSchema: z.ZodType<Result> = z.discriminatedUnion(
  'suite',
  TABLE.map(({ schema }) => schema) as unknown as [z.ZodObject<{ suite: z.ZodLiteral<string> }>],
) as unknown as z.ZodType<Result>;

/** Suites that run in every shared session, requested or not. */
export const ALWAYS: readonly string[] = SUITES.flatMap(({ id, always }) => (always ? [id] : []));

/** Names the session of a cell: its suite where that has a dedicated session, else `visit`, which all others share. */
export const sessionOf = (suite: string): string => (findSuite(suite)?.dedicated ? suite : 'visit');

/** Whether a suite's visits get labelled images where there are any; and whether the suite needs them. */
export const usesImages = (suite: string): boolean => findSuite(suite)?.files.includes('images') ?? false;
export const needsImages = (suite: string): boolean => usesImages(suite) && findSuite(suite)?.of === 'trained';
