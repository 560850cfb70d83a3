import { grouped, maximum } from '../../reference/collect.ts';
import { type Agreement, bothOf } from '../../reference/judge/agreement.ts';
import { isWorse } from '../../reference/judge/verdict.ts';
import { type Compliance, compliance } from '../../suites/compliance/figures.ts';
import { type Latency, latency } from '../../suites/latency/figures.ts';
import { type Leak, leak } from '../../suites/leak/figures.ts';
import type { Check, Logits } from '../../suites/record/check.ts';
import type { ProcessMemory, Result, ResultOf } from '../../suites/result.ts';
import { type Roofline, roofline } from '../../suites/roofline/figures.ts';
import { type Startup, startup } from '../../suites/startup/figures.ts';
import { type Interval, wilson } from '../../suites/stats/quantiles.ts';
import { type Transfer, transfer } from '../../suites/transfer/figures.ts';

/** A process in the round where its peak was highest, in bytes; `growth` is its peak less its baseline. */
export type ProcessRow = ProcessMemory & { readonly growth: number | null };

export type Memory = {
  readonly suite: 'memory';
  readonly processes: readonly ProcessRow[];
  /** Sum of the processes' peaks: an upper limit, since they need not peak together. */
  readonly peak: number | null;
  /** The same sum in each round that tells it. */
  readonly peaks: readonly number[];
  readonly tensors: number | null;
  /** What the page's GPU libraries held after the last run, and at most. */
  readonly gpu: ResultOf<'memory'>['gpu'];
  readonly model: number;
};

/** The worst comparison of a tensor over the rounds. Errors are absolute, in the tensor's units. */
export type CheckRow = Check & {
  /** Error ÷ largest |truth|: the smallest tolerance of that kind that would have passed; NaN where the truth is 0. */
  readonly relative: number;
  /** Allowed ÷ error at the element that comes nearest to breaking the bound; Infinity where the error is 0. */
  readonly margin: number;
};

export type Conformance = {
  readonly suite: 'conformance';
  readonly checks: readonly CheckRow[];
  readonly worst: CheckRow | undefined;
  readonly untapped: string | undefined;
  /** The first input's output, to compare with other backends'. */
  readonly logits: Logits | undefined;
};

export type Accuracy = {
  readonly suite: 'accuracy';
  readonly dataset: string;
  readonly images: number;
  readonly available: number;
  readonly top1: number;
  readonly top5: number;
  readonly top1Interval: Interval;
  readonly top5Interval: Interval;
  readonly differs: ResultOf<'accuracy'>['differs'];
};

/** A layer against its rigorous bound: its operators and the shape of its input. */
export type LayerRow = { readonly ops: readonly string[]; readonly input: readonly number[]; readonly check: CheckRow };

export type Layers = {
  readonly suite: 'layers';
  /** The one nearest to breaking its bound, or breaking it most, first. */
  readonly layers: readonly LayerRow[];
  readonly total: number;
};

export type Measure =
  | Latency
  | Transfer
  | Startup
  | Memory
  | Conformance
  | Layers
  | Leak
  | Roofline
  | Compliance
  | Accuracy;
export type MeasureOf<S extends Measure['suite']> = Extract<Measure, { suite: S }>;

/** The larger of two amounts, where null is none. */
const larger = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));

/** Sum of the peaks that are told, or null. */
function peakOf(processes: readonly ProcessMemory[]): number | null {
  const peaks = processes.flatMap(({ peak }) => peak ?? []);
  return peaks.length > 0 ? peaks.reduce((sum, peak) => sum + peak, 0) : null;
}

function memory(results: readonly ResultOf<'memory'>[]): Memory {
  const roles = new Map<ProcessMemory['role'], ProcessMemory>();
  for (const one of results.flatMap((result) => result.processes)) {
    const known = roles.get(one.role);
    if (known === undefined || (one.peak ?? 0) > (known.peak ?? 0)) roles.set(one.role, one);
  }
  const processes = [...roles.values()].map((one) => ({
    ...one,
    growth: one.peak === null || one.baseline === null ? null : one.peak - one.baseline,
  }));
  return {
    suite: 'memory',
    processes,
    peak: peakOf(processes),
    peaks: results.flatMap((result) => peakOf(result.processes) ?? []),
    tensors: results.map((one) => one.tensors).reduce(larger, null),
    gpu: results.map((one) => one.gpu).reduce((a, b) => ((b?.peak ?? -1) > (a?.peak ?? -1) ? b : a), null),
    model: maximum(results.map((one) => one.model)),
  };
}

/** The agreement over all runs; null where there is none, as for taps. */
const decisions = (counted: readonly (Agreement | null)[]): Agreement | null =>
  counted.reduce((a, b) => (a && b ? bothOf(a, b) : (a ?? b)), null);

/** The worst of some checks; undefined for none. */
const worstOf = <C extends Check>(checks: readonly C[]): C | undefined =>
  checks.reduce<C | undefined>((a, b) => (a === undefined || isWorse(b, a) ? b : a), undefined);

function checkRow(checks: readonly Check[]): CheckRow[] {
  const worst = worstOf(checks);
  if (worst === undefined) return [];
  return [
    {
      ...worst,
      runs: checks.reduce((runs, check) => runs + check.runs, 0),
      top1: decisions(checks.map((check) => check.top1)),
      top5: decisions(checks.map((check) => check.top5)),
      relative: worst.scale > 0 ? worst.error / worst.scale : Number.NaN,
      // The largest error and the least margin may lie at different elements, so this is not allowed ÷ error.
      margin: 1 / worst.ratio,
    },
  ];
}

function conformance(results: readonly ResultOf<'conformance'>[]): Conformance {
  const all = results.flatMap((result) => result.checks);
  const checks = [...grouped(all, ({ tensor }) => tensor).values()].flatMap(checkRow);
  const untapped = results.flatMap((result) => result.untapped ?? [])[0];
  const logits = results.flatMap((result) => result.logits ?? [])[0];
  return { suite: 'conformance', checks, worst: worstOf(checks), untapped, logits };
}

/** The round that tried most layers. */
function layers(results: readonly ResultOf<'layers'>[]): Layers | undefined {
  const [most] = [...results].sort((a, b) => b.layers.length - a.layers.length);
  if (most === undefined) return undefined;
  const rows = most.layers.flatMap(({ ops, input, check }) =>
    checkRow([check]).map((row): LayerRow => ({ ops, input, check: row })),
  );
  return {
    suite: 'layers',
    layers: rows.sort((a, b) => (isWorse(b.check, a.check) ? 1 : -1)),
    total: most.total,
  };
}

/** The round that saw most images and, of those, did worst: rounds see the same images, so they do not add up. */
function accuracy(results: readonly ResultOf<'accuracy'>[]): Accuracy | undefined {
  const [one] = [...results].sort((a, b) => b.images - a.images || a.top1 - b.top1);
  return one && { ...one, top1Interval: wilson(one.top1, one.images), top5Interval: wilson(one.top5, one.images) };
}

/** What the results of a cell's rounds amount to; undefined where there are none of its suite. */
export function measure(suite: string, results: readonly Result[]): Measure | undefined {
  const of = <S extends Result['suite']>(name: S) =>
    results.filter((result): result is ResultOf<S> => result.suite === name);
  if (!results.some((result) => result.suite === suite)) return undefined;
  switch (suite) {
    case 'latency':
      return latency(of('latency'));
    case 'transfer':
      return transfer(of('transfer'));
    case 'startup':
      return startup(of('startup'));
    case 'memory':
      return memory(of('memory'));
    case 'conformance':
      return conformance(of('conformance'));
    case 'layers':
      return layers(of('layers'));
    case 'leak':
      return leak(of('leak'));
    case 'roofline':
      return roofline(of('roofline'));
    case 'compliance':
      return compliance(of('compliance'));
    case 'accuracy':
      return accuracy(of('accuracy'));
    default:
      return undefined;
  }
}
