import { InvalidArgumentError, Option } from 'commander';
import { MOST_ROUNDS, MOST_SAMPLES } from '../suites/record/limits.ts';

/** Words between commas. */
export const list = (text: string): string[] => text.split(',').filter((word) => word !== '');

/** Words between commas, of a flag that may be repeated. */
export const more = (text: string, before: string[] = []): string[] => [...before, ...list(text)];

/** The values of an option that may be repeated. */
export const each = (text: string, before: string[] = []): string[] => [...before, text];

export const MODEL_HELP =
  'a model of your own, NAME.user in case ids: net.onnx, a TF.js model.json or its folder, ' +
  'or ARCHITECTURE=weights (.safetensors, .pth, .th, .pt); may be repeated, or a list';

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
export const rounds = countTo(MOST_ROUNDS);
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
