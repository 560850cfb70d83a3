import { InvalidArgumentError, Option } from 'commander';
import { everywhere, HOST_CLASSES, type Thresholds } from '../reports/compare/rules.ts';
import { FAILING, VERDICTS } from '../reports/compare/verdicts.ts';
import type { ChangeVerdict } from '../suites/contract/change.ts';
import { mustKnow } from '../suites/plan/nearest.ts';
import { list, share } from './options.ts';

/** Default thresholds: relative differences of times below them do not matter. */
export const THRESHOLDS: Thresholds = everywhere(0.03);

/** Throws as commander wants it, where a name is unknown. */
function known<T extends string>(kind: string, name: string, names: readonly T[]): T {
  try {
    mustKnow(kind, name, names);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  return name as T;
}

/**
 * Parses `3%`, or `node=3%,browser=5%,software=20%`. A class that is not named keeps the value without a name, or the
 * default.
 */
export function thresholds(text: string): Thresholds {
  const words = list(text);
  if (words.length === 0) throw new InvalidArgumentError('It must be a percentage, such as 3%.');
  const named = words.map((word) => {
    const [name = '', value] = word.split('=').map((part) => part.trim());
    return value === undefined
      ? { name: undefined, value: share(name) }
      : { name: known('class of hosts', name, HOST_CLASSES), value: share(value) };
  });
  const of = (name: string | undefined) => named.findLast((one) => one.name === name)?.value;
  const plain = of(undefined);
  const value = (host: keyof Thresholds) => of(host) ?? plain ?? THRESHOLDS[host];
  return { node: value('node'), browser: value('browser'), software: value('software') };
}

/** Parses comma-separated verdicts; words may be joined by hyphens: `less-accurate`. `none` fails on nothing. */
export function failOn(text: string): ChangeVerdict[] {
  const words = list(text).map((word) => word.trim().replaceAll('-', ' '));
  if (words.length === 0) throw new InvalidArgumentError('It must be a list of verdicts, such as lost,broken,slower.');
  if (words.length === 1 && words[0] === 'none') return [];
  return words.map((word) => known('verdict', word, VERDICTS));
}

export const thresholdOption = (): Option =>
  new Option(
    '--threshold <list>',
    'largest difference of times that does not matter: 3%, or by class of host: node=3%,browser=5%,software=20%',
  )
    .argParser(thresholds)
    .default(THRESHOLDS, '3%');

export const failOnOption = (): Option =>
  new Option('--fail-on <list>', 'verdicts that give exit code 1, such as lost,broken,slower; or none')
    .argParser(failOn)
    .default(FAILING, FAILING.join(','));
