import { SECOND_PAGE } from '../contract/phases.ts';
import type { PhaseParts } from '../contract/suite.ts';
import type { Start, StartupResult } from './schema.ts';

/** The parts of a start, in the phases that measure them. A part of `null` is in another one. */
function phasesOf(start: Start, prefix: string): PhaseParts[] {
  const part = (name: string, ms: number | null) => (ms === null ? [] : [{ name, ms }]);
  return [
    {
      phase: `${prefix}baseline`,
      parts: [...part('import the runtime', start.module), ...part('device', start.device)],
    },
    {
      phase: `${prefix}open`,
      parts: [...part('fetch the model', start.read), ...part('open the session', start.session)],
    },
    { phase: `${prefix}first`, parts: part('first call', start.first) },
    { phase: `${prefix}second`, parts: part('second call', start.second) },
  ];
}

/** A start-up, and the one in a second page where there was one. */
export const timeline = (result: StartupResult): PhaseParts[] => [
  ...phasesOf(result, ''),
  ...(result.warm === null || 'reason' in result.warm ? [] : phasesOf(result.warm, SECOND_PAGE)),
];
