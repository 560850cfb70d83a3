import { inferShapes } from '../../reference/graph.ts';
import { sizeOf } from '../../reference/tensor.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { FuzzNetwork } from '../contract/play.ts';
import { keyOf, reasonKey } from './key.ts';
import { graphOf } from './network.ts';
import type { Player, PlayOutcome } from './player.ts';
import { type Effort, type Fails, type Shrunk, shrink } from './shrink.ts';
import { pieces, smaller } from './smaller.ts';
import { type Proof, prove } from './verdict.ts';
import { ask, isLast, supported, type Witness } from './witness.ts';

/** How a network fails. Messages are compared without names and numbers. */
export type Symptom =
  | { readonly kind: 'wrong'; readonly proof: Proof & { kind: 'wrong' } }
  | { readonly kind: 'threw' | 'crash'; readonly reason: string };

/** How an outcome fails; undefined where it does not, or nothing can be said. */
export function failingOf(network: FuzzNetwork, outcome: PlayOutcome, row: BackendRow): Symptom | undefined {
  if (outcome.kind === 'lost') return undefined;
  if (outcome.kind !== 'outputs') return { kind: outcome.kind, reason: outcome.reason };
  const proof = prove(network, outcome.outputs, isLast(row));
  return proof.kind === 'wrong' ? { kind: 'wrong', proof } : undefined;
}

const alike = (a: Symptom, b: Symptom | undefined): boolean =>
  a.kind === b?.kind && (a.kind === 'wrong' || b.kind === 'wrong' || reasonKey(a.reason) === reasonKey(b.reason));

/** A network that failed, and those that ran before it in the same process or page. */
export type Suspected = {
  readonly network: FuzzNetwork;
  readonly failing: Symptom;
  readonly before: readonly FuzzNetwork[];
  /** The failure that it is a part of. */
  readonly whole?: Suspected;
};

/** A defect: the smallest network that shows it, and what independent evaluations say of its truth. */
export type ExaminedDefect = {
  readonly backend: string;
  readonly key: string;
  readonly smallest: FuzzNetwork;
  readonly failing: Symptom;
  /** Networks that must run before it in the same process or page. */
  readonly before: readonly FuzzNetwork[];
  /** Whether nothing smaller shows it; false where the time was up. */
  readonly minimal: boolean;
  readonly witnesses: readonly Witness[];
  /**
   * `defect`: it fails alone in a fresh process or page, and the witnesses support the truth; `doubtful`: they do not;
   * `state`: only after other networks; `unrepeated`: it did not fail again.
   */
  readonly standing: 'defect' | 'doubtful' | 'state' | 'unrepeated';
};

/** The name of a known defect that explains a network's failure; undefined where none does. */
export type Known = (network: FuzzNetwork) => string | undefined;

/** The accused backend, how networks are played on any, and its known defects. */
export type Court = { readonly row: BackendRow; playOn(row: BackendRow): Player; readonly known: Known };

const JOB_MS = 60_000;

/** The fewest sessions that stay open. */
const ALONE = 1;

/** How each of the networks fails, one after another in one process or page. */
async function tryAll(networks: readonly FuzzNetwork[], { row, playOn }: Court, alive: number) {
  const outcomes = await playOn(row)(networks, { alive, budgetMs: JOB_MS });
  return outcomes.map((outcome, i) => failingOf(networks[i] as FuzzNetwork, outcome, row));
}

/** Failures of the one node that fails alone, where there is one: all nodes of all networks are run one after another. */
export async function localise(suspects: readonly Suspected[], court: Court): Promise<Suspected[]> {
  const parts = suspects.map(({ network }) => smaller(network, pieces(network, 1)));
  const results = await tryAll(parts.flat(), court, ALONE);
  let from = 0;
  return suspects.map((suspected, i) => {
    const own = parts[i] ?? [];
    const failed = own.findIndex((_, at) => alike(suspected.failing, results[from + at]));
    from += own.length;
    const network = own[failed];
    return network === undefined ? suspected : { network, failing: suspected.failing, before: [], whole: suspected };
  });
}

/** The fewest of the networks before it, the last first, after which a network fails. Undefined where it does not. */
async function needed(
  { network, failing, before }: Suspected,
  court: Court,
): Promise<readonly FuzzNetwork[] | undefined> {
  for (const count of [1, 4, 16, before.length]) {
    if (count > before.length) continue;
    const some = before.slice(before.length - count);
    const results = await tryAll([...some, network], court, 2);
    if (alike(failing, results[some.length])) return some;
  }
  return undefined;
}

/** Outputs of so few values that many defects show by chance only. */
const FEW = 16;

/** A network, and with other values where its output has few. */
function withOtherValues(network: FuzzNetwork): FuzzNetwork[] {
  const { values, batch, size, output } = network;
  const shape = inferShapes(graphOf(network), batch, size).get(output) ?? [];
  const seeds = sizeOf(shape) > FEW ? [0] : [0, 1, 2];
  return seeds.map((more) => ({ ...network, values: { ...values, seed: values.seed + more } }));
}

/** Repeats a failure alone, shrinks it, and asks the witnesses. */
export async function examine(suspected: Suspected, court: Court, effort: Effort): Promise<ExaminedDefect> {
  const { network, failing } = suspected;
  const { row, playOn } = court;
  const fails: Fails = async (candidates) => {
    const variants = candidates.map(withOtherValues);
    const results = await tryAll(variants.flat(), court, ALONE);
    let from = 0;
    return variants.map((own) => {
      const failed = own.find((_, at) => alike(failing, results[from + at]));
      from += own.length;
      return failed;
    });
  };
  const [again] = await tryAll([network], court, ALONE);
  if (!alike(failing, again)) {
    // The part may have failed for what ran before it.
    if (suspected.whole !== undefined) return examine(suspected.whole, court, effort);
    const before = await needed(suspected, court);
    const standing = before === undefined ? 'unrepeated' : 'state';
    const key = `${standing}: ${keyOf(network)}`;
    return {
      backend: row.id,
      key,
      smallest: network,
      failing,
      before: before ?? [],
      minimal: false,
      witnesses: [],
      standing,
    };
  }
  const shrunk: Shrunk = await shrink(network, fails, effort);
  // Candidates share a process or page, so the smallest one is run alone.
  const [alone] = await tryAll([shrunk.network], court, ALONE);
  const stands = alike(failing, alone);
  const smallest = stands ? shrunk.network : network;
  const last = (stands ? alone : again) ?? failing;
  const witnesses = await ask(smallest, row, playOn);
  return {
    backend: row.id,
    key: last.kind === 'wrong' ? keyOf(smallest) : `${reasonKey(last.reason)}: ${keyOf(smallest)}`,
    smallest,
    failing: last,
    before: [],
    minimal: stands && shrunk.minimal,
    witnesses,
    standing: supported(witnesses) ? 'defect' : 'doubtful',
  };
}
