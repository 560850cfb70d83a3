import type { FuzzNetwork } from '../contract/play.ts';
import { type Coverage, counter } from './coverage.ts';
import { type Court, type ExaminedDefect, examine, failingOf, localise, type Suspected } from './examine.ts';
import { networks } from './generate.ts';
import { networkText, reasonKey } from './key.ts';
import type { PlayOutcome } from './player.ts';
import { queue, type Rest } from './queue.ts';
import { whyNotWritten } from './witness.ts';

/** What to run: for how long, how many networks at most, and from which seed. */
export type Amount = { readonly seconds: number; readonly most: number; readonly seed: number };

/** Networks in one process or page, and for how long they are begun there. */
export type Chunk = { readonly count: number; readonly budgetMs: number };

/** A defect, how many failures were examined and found to be it, and the known defect that explains it. */
export type FoundDefect = { readonly defect: ExaminedDefect; readonly known: string | undefined; count: number };

/** What a campaign found on a backend. */
export type FuzzReport = {
  readonly backend: string;
  readonly seed: number;
  /** Networks that were played, and seconds that it took to play and judge them. */
  readonly played: number;
  readonly playSeconds: number;
  readonly right: number;
  /** Networks whose outputs were lost with others' crashes. */
  readonly lost: number;
  readonly found: readonly FoundDefect[];
  /** Why networks could not be run: the backend says that it lacks something, or this project writes no such file. */
  readonly unsupported: ReadonlyMap<string, number>;
  /** Failures that were not examined. */
  readonly rest: Rest;
  readonly coverage: Coverage;
};

/** Sessions that stay open beside the next. */
const ALIVE = 2;
/** Share of the time in which failures are examined. */
const EXAMINING = 0.6;
/** Failures whose nodes are tried alone after each chunk. */
const LOCALISED = 5;
/** Candidates of one examination, and in one process or page. */
const EFFORT = { tries: 600, atOnce: 32 };

const increase = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

/** Plays random networks on a backend until the time is up, and examines those that fail. */
export async function campaign(
  court: Court,
  amount: Amount,
  chunk: Chunk,
  log: (line: string) => void,
): Promise<FuzzReport> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  const inTime = () => elapsed() < 1000 * amount.seconds;
  const source = networks(amount.seed);
  const coverage = counter();
  const found = new Map<string, FoundDefect>();
  const unsupported = new Map<string, number>();
  const waiting = queue(court.known);
  let [played, right, lost, playing, examining] = [0, 0, 0, 0, 0];
  let ahead: FuzzNetwork[] = [];

  /** Sorts what a chunk gave, and returns what failed. */
  const sort = async (outcomes: readonly PlayOutcome[], list: readonly FuzzNetwork[]): Promise<Suspected[]> => {
    const failed: Suspected[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      const network = list[at] as FuzzNetwork;
      coverage.add(network);
      played++;
      if (outcome.kind === 'threw') {
        const why = (await whyNotWritten(network, court.row)) ?? (outcome.fix && outcome.reason);
        if (why !== undefined) {
          increase(unsupported, reasonKey(why));
          continue;
        }
      }
      const failing = failingOf(network, outcome, court.row);
      if (outcome.kind === 'lost') lost++;
      else if (failing === undefined) right++;
      else failed.push({ network, failing, before: list.slice(0, at) });
    }
    return failed;
  };

  const examineOne = async (): Promise<boolean> => {
    const next = waiting.next();
    if (next === undefined) return false;
    log(`${court.row.id}: examining ${networkText(next.suspected.network)}`);
    const defect = await examine(next.suspected, court, { ...EFFORT, inTime });
    const before = found.get(defect.key);
    next.done(before === undefined);
    if (before === undefined) {
      found.set(defect.key, { defect, known: court.known(defect.smallest), count: 1 });
      log(`${court.row.id}: ${defect.standing}: ${defect.key}`);
    } else before.count++;
    return true;
  };

  while (inTime() && played < amount.most) {
    while (ahead.length < Math.min(chunk.count, amount.most - played)) ahead.push(source.next().value as FuzzNetwork);
    const from = elapsed();
    const left = 1000 * amount.seconds - from;
    const outcomes = await court.playOn(court.row)(ahead, { alive: ALIVE, budgetMs: Math.min(chunk.budgetMs, left) });
    const failed = await sort(outcomes, ahead);
    ahead = ahead.slice(outcomes.length);
    playing += elapsed() - from;
    const local = failed.length === 0 ? [] : await localise(failed.slice(0, LOCALISED), court);
    for (const suspected of [...local, ...failed.slice(LOCALISED)]) waiting.add(suspected);
    const began = performance.now();
    const mayExamine = () => inTime() && examining + performance.now() - began < EXAMINING * elapsed();
    while (mayExamine() && (await examineOne())) {}
    examining += performance.now() - began;
    log(
      `${court.row.id}: ${played} networks, ${failed.length} of the last ${outcomes.length} failed, ${found.size} kinds`,
    );
  }
  while (inTime() && (await examineOne())) {}
  return {
    backend: court.row.id,
    seed: amount.seed,
    played,
    playSeconds: playing / 1000,
    right,
    lost,
    found: [...found.values()],
    unsupported,
    rest: waiting.rest(),
    coverage: coverage.counts(),
  };
}

/** Whether everything that failed is explained by known defects, each shown to be real. */
export const isClean = ({ found, rest }: FuzzReport): boolean =>
  rest.unexamined.size === 0 && found.every(({ defect, known }) => known !== undefined && defect.standing === 'defect');
