import type { PackageFolders } from '../hosts/bundle.ts';
import { type Lifetime, lifetime } from '../hosts/lifetime.ts';
import { NO_BUILD } from '../hosts/other-packages.ts';
import { openScratch } from '../hosts/scratch.ts';
import { planRun } from '../plan/plan.ts';
import type { Outcome } from '../record/record.ts';
import { findSuite } from '../suites.ts';
import { isDone, provenSlowdown, slowdownOf, type TimePair } from '../versions/slowdown.ts';
import { type Attempt, implementationOf, skipped } from '../versions/tried.ts';
import type { BrowserChoice } from './hosts.ts';
import { type Group, groupCells, NO_OUTCOME } from './runner.ts';
import { openWorkshop, QUIET } from './workshop.ts';

/** Messages of a version that lacks a build or a backend, or finds none of its own that runs here. */
const LACKING = new RegExp(`${NO_BUILD}|no available backend|backend not found|not a supported backend`, 'i');

const implementationIn = (outcome: Outcome): string | undefined =>
  'placement' in outcome ? implementationOf(outcome.placement, []) : undefined;

/** Why an outcome has no result, in a few words. */
function reasonOf(outcome: Outcome): string {
  if (outcome.status === 'timeout') return `no answer within ${outcome.seconds} s (${outcome.phase})`;
  return 'reason' in outcome ? outcome.reason : '';
}

/** Whether a visit crashed. */
function crashed(outcome: Outcome): Attempt {
  const implementation = implementationIn(outcome);
  const detail = reasonOf(outcome);
  if (outcome.status === 'unsupported' || LACKING.test(detail)) return skipped('does not run', detail);
  const bad = outcome.status === 'crash' || outcome.status === 'timeout';
  return { answer: bad ? 'bad' : 'good', outcome: outcome.status, detail, implementation };
}

/** The time of a call in an outcome, in milliseconds; undefined where it was not timed. */
function timeOf(outcome: Outcome): number | undefined {
  if (!('result' in outcome)) return undefined;
  return findSuite(outcome.result.suite)?.interval?.(outcome.result);
}

/** Visits of one cell with different packages. */
export type Visits = {
  /** Visits it once. `bad`: it crashed, or did not answer in time. */
  crash(packages: PackageFolders): Promise<Attempt>;
  /**
   * Times it by turns with a good version, each in a fresh process or page. The first version that is tried is the bad
   * one: without a slowdown of the threshold it is `good`. For others, the nearer one decides.
   */
  slower(good: PackageFolders, packages: PackageFolders, threshold: number): Promise<Attempt>;
};

/** Plans one cell, and makes visits of it with any packages. What a visit opens is closed after it. */
export async function openVisits(
  id: string,
  files: readonly string[],
  browser: BrowserChoice,
  outer: Lifetime,
): Promise<Visits> {
  const { cells, profile } = await planRun({ queries: [id], files });
  const groups = groupCells(cells);
  const [group] = groups;
  const [cell] = group?.cells ?? [];
  if (group === undefined || cell === undefined || cells.length > 1) throw new Error(`'${id}' is not one cell`);

  /** A function that visits the cell with these packages, until the lifetime ends. */
  async function visiting(packages: PackageFolders, own: Lifetime) {
    const { visit } = await openWorkshop({
      groups,
      profile,
      browser,
      packages,
      ...QUIET,
      scratch: openScratch(own),
      lifetime: own,
    });
    // Not the first round, which does more.
    return async (round: number): Promise<Outcome> => {
      const outcomes = await visit(group as Group, round + 1, () => {});
      return outcomes.get((cell as NonNullable<typeof cell>).suite) ?? NO_OUTCOME;
    };
  }

  async function within<T>(action: (own: Lifetime) => Promise<T>): Promise<T> {
    const own = lifetime();
    outer.defer(own.end);
    return action(own).finally(own.end);
  }

  let slowdown: number | undefined;
  return {
    crash: (packages) => within(async (own) => crashed(await (await visiting(packages, own))(0))),
    slower: (good, packages, threshold) =>
      within(async (own) => {
        const [base, head] = [await visiting(good, own), await visiting(packages, own)];
        const pairs: TimePair[] = [];
        let implementation: string | undefined;
        while (!isDone(pairs, slowdown ?? 1 + threshold)) {
          const round = pairs.length;
          // They alternate in going first, so that order favours neither.
          const first = round % 2 === 0 ? [await base(round)] : [];
          const other = await head(round);
          const own = first[0] ?? (await base(round));
          const [goodMs, otherMs] = [timeOf(own), timeOf(other)];
          if (otherMs === undefined) return skipped('does not run', reasonOf(other));
          if (goodMs === undefined) throw new Error(`the good version does not run: ${reasonOf(own)}`);
          implementation = implementationIn(other);
          pairs.push([goodMs, otherMs]);
        }
        if (slowdown !== undefined) return { ...slowdownOf(pairs, slowdown), implementation };
        slowdown = provenSlowdown(pairs, threshold);
        if (slowdown !== undefined) return { ...slowdownOf(pairs, 1), implementation };
        return { ...slowdownOf(pairs, (1 + threshold) ** 2), answer: 'good', implementation };
      }),
  };
}
