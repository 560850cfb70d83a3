import { z } from 'zod';

/** What the gate reports of a cell. The first group makes a night fail; the others do not. */
export const NIGHT_VERDICTS = ['broken', 'lost', 'unstable', 'slower', 'worse', 'mended', 'faster'] as const;
export type NightVerdict = (typeof NIGHT_VERDICTS)[number];

/** What makes a night fail. */
export const NIGHT_FAILING: readonly NightVerdict[] = ['broken', 'lost', 'unstable', 'slower', 'worse'];

const foundSchema = z.strictObject({
  id: z.string(),
  verdict: z.enum(NIGHT_VERDICTS),
  /** The night since which it is so. */
  since: z.int().positive(),
  /** Tonight ÷ the history before it; null where no times were compared. */
  ratio: z.number().nullable(),
  /** Base and tonight as text, and what running it again gave. */
  figures: z.string(),
  detail: z.string(),
  /** What changed between the night before `since` and that night: versions and commits. */
  causes: z.array(z.string()),
});
export type NightFinding = z.infer<typeof foundSchema>;

/** What the gate says of a night. */
export const judgedSchema = z.strictObject({
  /** What all cells share tonight: the logarithm of the factor by which the machine was slower. */
  shift: z.number(),
  found: z.array(foundSchema),
  /** Cells that looked worse and, run again at once, did not. */
  cleared: z.array(z.string()),
  /** Cells that looked slower, when run again too, by little. They are reported where the next night says so too. */
  suspected: z.array(z.string()),
  /** Cells that looked faster. They are reported where the next nights say so too. */
  faster: z.array(z.string()),
  /** Cells that were judged against enough history, and those with too little. */
  judged: z.int().nonnegative(),
  few: z.int().nonnegative(),
  notices: z.array(z.string()),
});
export type NightJudged = z.infer<typeof judgedSchema>;

export const isFailing = ({ found }: NightJudged): boolean =>
  found.some(({ verdict }) => NIGHT_FAILING.includes(verdict));
