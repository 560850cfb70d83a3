import { InvalidArgumentError } from 'commander';
import { parseShard } from '../suites/plan/shard.ts';
import { MOST_ROUNDS, MOST_SAMPLES } from '../suites/record/limits.ts';

/** Parses comma-separated words. */
export const list = (text: string): string[] => text.split(',').filter((word) => word !== '');

/** Parses comma-separated words of a flag that may be repeated. */
export const more = (text: string, before: string[] = []): string[] => [...before, ...list(text)];

/** Collects the values of an option that may be repeated. */
export const each = (text: string, before: string[] = []): string[] => [...before, text];

export const MODEL_HELP =
  'a custom model, NAME.user in cell ids: net.onnx, a TF.js model.json or its folder, ' +
  'or ARCHITECTURE=weights (.safetensors, .pth, .th, .pt); may be repeated, or a comma-separated list';

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

/** Parses a count of at most `most`. */
const countTo =
  (most: number) =>
  (text: string): number => {
    const value = count(text);
    if (value > most) throw new InvalidArgumentError(`It must be at most ${most}.`);
    return value;
  };

/** Rounds and samples. Bounded, since a run file is. */
export const rounds = countTo(MOST_ROUNDS);
export const samples = countTo(MOST_SAMPLES);

/** A part of a run, such as `1/3`, kept as it was typed. */
export function shard(text: string): string {
  try {
    parseShard(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  return text;
}

/** Parses a share written as a percentage. */
export function share(text: string): number {
  const value = Number(text.match(/^(\d+(?:\.\d+)?)\s*%$/)?.[1] ?? Number.NaN) / 100;
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must be a percentage, such as 2%.');
  return value;
}
