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

/** What a suite's visit found, as the run file holds it. */
export type Result = z.infer<(typeof TABLE)[number]['schema']>;
export type ResultOf<S extends Result['suite']> = Extract<Result, { suite: S }>;

/** What a suite's results over the rounds of a cell amount to. */
export type Figures = NonNullable<ReturnType<(typeof TABLE)[number]['figures']>>;
export type FiguresOf<S extends Figures['suite']> = Extract<Figures, { suite: S }>;

const known = new Map(SUITES.map((row) => [row.id, row]));

/** The row of a suite, or undefined. */
export const findSuite = (id: string): AnySuite | undefined => known.get(id);

/** A result of any suite, by the schema of its own. */
export const resultSchema: z.ZodType<Result> = z.discriminatedUnion(
  'suite',
  TABLE.map(({ schema }) => schema) as unknown as [z.ZodObject<{ suite: z.ZodLiteral<string> }>],
) as unknown as z.ZodType<Result>;

/** Suites that every shared session is measured by, asked or not. */
export const ALWAYS: readonly string[] = SUITES.flatMap(({ id, always }) => (always ? [id] : []));

/** What groups cells into sessions: a suite with a dedicated one, or all others. */
export const sessionOf = (suite: string): string => (findSuite(suite)?.dedicated ? suite : 'visit');

/** Whether a suite's visits are handed labelled images, where there are some; and whether it cannot do without. */
export const usesImages = (suite: string): boolean => findSuite(suite)?.files.includes('images') ?? false;
export const needsImages = (suite: string): boolean => usesImages(suite) && findSuite(suite)?.of === 'trained';
