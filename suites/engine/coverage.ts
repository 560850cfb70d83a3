import { readFile } from 'node:fs/promises';
import { coverageText, isComplete } from '../../reference/judge/coverage.ts';
import { type Covered, coverageSchema } from '../record/coverage.ts';

/** The file beside a truth that holds the share of channels that its inputs reach. */
export const coveragePath = (truth: string): string => `${truth}.coverage.json`;

/** The coverage beside a truth; undefined where it is missing or damaged. */
export async function readCoverage(truth: string): Promise<Omit<Covered, 'model' | 'batch' | 'size'> | undefined> {
  try {
    return coverageSchema.parse(JSON.parse(await readFile(coveragePath(truth), 'utf8')));
  } catch {
    return undefined;
  }
}

/** A model, and the truths that were made for it. */
type ModelTruths = {
  readonly model: string;
  readonly truths: readonly { readonly path: string; readonly batch: number; readonly size: number }[];
};

/** The coverage of each model at each batch and size for which truths were made. Precisions share theirs. */
export async function coveredBy(jobs: readonly ModelTruths[]): Promise<Covered[]> {
  const found = new Map<string, Covered>();
  for (const { model, truths } of jobs)
    for (const { path, batch, size } of truths) {
      const coverage = await readCoverage(path);
      if (coverage !== undefined) found.set(`${model}/${batch}/${size}`, { model, batch, size, ...coverage });
    }
  return [...found.values()];
}

/** A line for each network with channels that no input reaches: a defect there would not be seen. */
export const gapsOf = (covered: readonly Covered[]): string[] =>
  covered
    .filter((one) => !isComplete(one))
    .map((one) => `note: ${one.model} at ${one.size}×${one.size}: ${coverageText(one)}`);
