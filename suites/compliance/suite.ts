import { partial } from '../contract/partial.ts';
import { columnsFrom, type Suite } from '../contract/suite.ts';
import { change } from './change.ts';
import { type Compliance, compliance as figures } from './figures.ts';
import { type ComplianceResult, complianceSchema } from './schema.ts';
import { verdict } from './verdict.ts';

export const compliance: Suite<ComplianceResult, Compliance> = {
  id: 'compliance',
  question: 'are timed answers right, and is nothing cached between calls?',
  of: 'networks',
  once: true,
  dedicated: true,
  timeoutFactor: 1,
  judged: true,
  files: ['export', 'truth', 'images'],
  batch: 1,
  schema: complianceSchema,
  run: () => import('./run.ts'),
  verdict: (result) => verdict(result) ?? partial(result.blocks.length, result.planned ?? 0, 'block'),
  figures,
  columns: columnsFrom(96, [
    ['compliance_fresh_over_repeated', ({ caching }) => caching?.ratio],
    ['compliance_fresh_over_repeated_low', ({ caching }) => caching?.interval[0]],
    ['compliance_fresh_over_repeated_high', ({ caching }) => caching?.interval[1]],
    ['compliance_other_seed_over_fresh', ({ seeds }) => seeds?.ratio],
    ['compliance_stale_answers', ({ stale }) => stale],
    ['compliance_timed_answers', ({ calls }) => calls],
  ]),
  headlines: [],
  criteria: [],
  change,
};
