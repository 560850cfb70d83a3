import { judged, LOCATE, staleness } from '../contract/checks.ts';
import { SHARED_SESSION, type Suite } from '../contract/suite.ts';
import { number } from '../stats/format.ts';
import { change } from './change.ts';
import { columns, criteria } from './columns.ts';
import { startup as figures, type Startup } from './figures.ts';
import { type MeasuredStartup, type StartupResult, startupSchema } from './schema.ts';
import { timeline } from './timeline.ts';
import { upgrade } from './upgrade.ts';
import { noSecondPage, warmOf, whole } from './warm.ts';

export const startup: Suite<StartupResult, Startup, MeasuredStartup> = {
  id: 'startup',
  question: 'how long until the first answer?',
  ...SHARED_SESSION,
  schema: startupSchema,
  upgrade,
  run: () => import('./run.ts'),
  complete: (measured, { secondPage }) => ({ ...measured, warm: secondPage && warmOf(secondPage) }),
  noSecondPage,
  verdict: () => undefined,
  verdictApart({ warm }) {
    if (warm === null || 'reason' in warm) return undefined;
    const { check, stale = 0 } = warm;
    return staleness(stale) ?? judged(check ? [check] : [], (tensor) => `in the second page, ${tensor}`, LOCATE);
  },
  figures,
  columns,
  headlines: [{ title: '1st call ms', place: 2, spare: 4, text: ({ first }) => number(first ?? Number.NaN) }],
  criteria,
  change,
  timeline,
  firstRoundOnly: ({ warm }) => (warm === null || 'reason' in warm ? 0 : whole(warm)),
};
