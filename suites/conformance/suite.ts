import { checkHeadline, errorCriterion } from '../contract/checks.ts';
import { untappedFinding } from '../contract/partial.ts';
import { SHARED_SESSION, type Suite } from '../contract/suite.ts';
import { change } from './change.ts';
import { columns } from './columns.ts';
import { type Conformance, conformance as figures } from './figures.ts';
import { type ConformanceResult, conformanceSchema } from './schema.ts';
import { verdict } from './verdict.ts';

export const conformance: Suite<ConformanceResult, Conformance> = {
  id: 'conformance',
  question: 'do the outputs match the float64 reference, run after run?',
  ...SHARED_SESSION,
  schema: conformanceSchema,
  run: () => import('./run.ts'),
  verdict: (result) => verdict(result) ?? untappedFinding(result.untapped),
  figures,
  columns,
  headlines: [checkHeadline(({ worst }) => worst)],
  criteria: [errorCriterion(({ worst }) => worst)],
  change,
  always: true,
  gaugedBy: 'judge',
  // A visit records the logits first, since it may end before the taps.
  depth: ({ checks }) =>
    [...checks.filter(({ tensor }) => tensor !== 'logits'), ...checks.filter(({ tensor }) => tensor === 'logits')].map(
      (check) => ({ name: check.tensor, check }),
    ),
  decisive: ({ worst }) => worst,
  logits: ({ logits }) => logits,
};
