import type { Settled } from '../record/settled.ts';
import type { Checker } from './checker.ts';
import { settle, type Unsettled } from './settle.ts';

/** Settling may take this many times a visit's budget, and must end at this share of its limit. */
const [BUDGETS, LIMIT] = [4, 0.75];

/** A session whose outputs were checked. `began`: when its visit did, by the tools' clock, in milliseconds. */
export type Checked = Omit<Unsettled, 'failing' | 'tensor' | 'output' | 'deadline'> & { readonly began: number };

/**
 * What became of the first output, in the order of the checkers, that is beyond its limit; undefined where none is.
 * `tensorOf` converts a checker's tensor to a stage or `logits`.
 */
export async function settleFirst(
  checked: Checked,
  checkers: readonly Checker[],
  tensorOf: (tensor: string) => string,
): Promise<Settled | undefined> {
  const { began, ...session } = checked;
  const { visit, tools, truths } = session;
  const [first] = checkers.flatMap((one) => one.failing() ?? []);
  if (first === undefined) return undefined;
  const failing = truths.findIndex((known) => [...known.values()].includes(first.truth));
  if (failing < 0) return undefined;
  const deadline = Math.min(tools.now() + BUDGETS * visit.budgetMs, began + LIMIT * visit.limitMs);
  return settle({ ...session, failing, tensor: tensorOf(first.tensor), output: first.output, deadline });
}
