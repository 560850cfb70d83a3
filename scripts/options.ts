import { InvalidArgumentError, Option } from 'commander';
import { PROFILES, type Profile } from '../suites/plan/profiles.ts';
import { mustKnow } from '../suites/plan/query.ts';
import { SCENARIOS, type Scenario } from '../suites/plan/scenarios.ts';
import { MOST_SAMPLES } from '../suites/record/limits.ts';

/** Words between commas. */
export const list = (text: string): string[] => text.split(',').filter((word) => word !== '');

/** The profile of that name. Throws, with the nearest, where there is none. */
export function profileOf(name: string): Profile {
  const ids = PROFILES.map((row) => row.id);
  const profile = PROFILES.find((row) => row.id === mustKnow('profile', name, ids));
  if (profile === undefined) throw new Error(`no profile '${name}'`);
  return profile;
}

/** The scenarios of some names. Throws, with the nearest, where there is none of a name. */
export function scenarioList(text: string): Scenario[] {
  const ids = SCENARIOS.map((row) => row.id);
  const asked = list(text).map((name) => mustKnow('scenario', name, ids));
  return SCENARIOS.filter(({ id }) => asked.includes(id));
}

export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0 to 999999999.');
  return Number(text);
}

export function count(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

/** A count of at most `most`. */
const countTo =
  (most: number) =>
  (text: string): number => {
    const value = count(text);
    if (value > most) throw new InvalidArgumentError(`It must be at most ${most}.`);
    return value;
  };

/** Rounds and samples that may be asked for: what a run may record is bounded. */
export const rounds = countTo(10_000);
export const samples = countTo(MOST_SAMPLES);

/** A share written as per cent. */
export function share(text: string): number {
  const value = Number(text.match(/^(\d+(?:\.\d+)?)\s*%$/)?.[1] ?? Number.NaN) / 100;
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must be per cent, such as 2%.');
  return value;
}

/** Relative differences of times below this do not matter unless told otherwise. */
export const THRESHOLD = 0.03;

export const thresholdOption = (): Option =>
  new Option('--threshold <percent>', 'differences of times that do not matter')
    .argParser(share)
    .default(THRESHOLD, '3%');
