import { inferShapes } from '../../reference/graph.ts';
import { truth } from '../../reference/judge/bounds.ts';
import { type Bound, buildChain, CHANNELS, KERNEL } from '../../reference/models/kernels.ts';
import { precisionOf } from '../../reference/precisions/precisions.ts';
import { sizeOf } from '../../reference/tensor.ts';
import { seededInput, seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import {
  type Backend,
  type BackendModule,
  type BackendRow,
  type Session,
  type Tools,
  undivided,
} from '../contract/backend.ts';
import { checker } from '../contract/checker.ts';
import { madeOptions } from '../contract/options.ts';
import { prove } from '../contract/prove.ts';
import type { Visit, VisitResult } from '../contract/visit.ts';
import type { Check } from '../record/check.ts';
import type { Placement } from '../record/placement.ts';
import { excess, type Times } from '../stats/excess.ts';
import type { RooflineResult } from './schema.ts';

export const phases = [];

/** Number of kernels in the shorter and the longer chain. */
const LENGTHS = [4, 12] as const;

/** Sides of the image in pixels, ascending. The largest sums add tensors of 64 MiB, which no cache holds. */
const SIZES = {
  compute: [8, 16, 32, 64, 128, 256],
  spatial: [8, 16, 32, 64, 128],
  memory: [128, 256, 512, 1024],
} as const;

/** Once the longer chain takes this many milliseconds, no larger image is tried. */
const LONG: { readonly [bound in Bound]: number } = { compute: 100, spatial: 100, memory: 400 };

/** Calls of each chain, and the time limit for them in milliseconds. The first calls are untimed. */
const [CALLS, TIME] = [20, 800];
const LEAST = 3;

/** Makes a chain, its weights and its input. */
function make(bound: Bound, length: number, size: number) {
  const graph = buildChain(bound, length);
  return { graph, weights: seededWeights(graph, 0), input: seededInput(0, 1, graph.channels, size) };
}

type Chain = { readonly session: Session; call(): Promise<ArrayLike<number>> };

async function open(
  backend: Backend,
  visit: Visit,
  bound: Bound,
  { length, size }: { readonly length: number; readonly size: number },
): Promise<Chain> {
  const { input, ...made } = make(bound, length, size);
  const session = await backend.open(madeOptions(made, visit, { batch: 1, size, inspect: false }));
  const prepared = session.prepare(input);
  return { session, call: () => session.run(prepared) };
}

/**
 * Compares the longer chain's output with the float64 truth. The shorter chain is its beginning, so it is covered too.
 */
async function judge(chain: Chain, bound: Bound, size: number, precision: string): Promise<Check | undefined> {
  const { graph, weights } = make(bound, LENGTHS[1], size);
  const input = seededTensor(0, 1, graph.channels, size);
  const check = checker(bound, undefined);
  const { arithmetic } = precisionOf(precision);
  const one = truth({ graph, weights, input }, new Map([['logits', graph.output]]), arithmetic).get('logits');
  if (one !== undefined) check.check(await chain.call(), one);
  return check.worst();
}

/** Where the kernels run. A separate session finds out, since timed sessions should write no log. */
async function place(backend: Backend, visit: Visit): Promise<Placement> {
  const [size] = SIZES.compute;
  const { input, ...made } = make('compute', LENGTHS[1], size);
  return prove(backend, madeOptions(made, visit, { batch: 1, size, inspect: true }), input);
}

async function timeChains([short, long]: readonly [Chain, Chain], now: () => number): Promise<Times> {
  const time = async ({ call }: Chain) => {
    const start = now();
    await call();
    return now() - start;
  };
  await short.call();
  await long.call();
  const began = now();
  const times: Times = { short: [], long: [] };
  while (times.long.length < CALLS && (times.long.length < LEAST || now() - began < TIME)) {
    times.short.push(await time(short));
    times.long.push(await time(long));
  }
  return times;
}

/**
 * By how many operations, or bytes read and written, the longer chain exceeds the shorter; and the bytes of one tensor.
 */
function workOf(bound: Bound, size: number): { amount: number; tensor: number } {
  const shapes = inferShapes(buildChain(bound, 1), 1, size);
  const values = sizeOf(shapes.get('first') ?? []);
  const kernels = LENGTHS[1] - LENGTHS[0];
  // A multiply-add is two operations; a sum reads two tensors and writes one.
  const perValue = bound === 'memory' ? 12 : 2 * CHANNELS[bound] * KERNEL[bound] ** 2;
  return { amount: kernels * values * perValue, tensor: 4 * values };
}

/** Times of the two chains at the last size that was tried. */
type Climbed = Times & { readonly size: number; readonly check: Check | undefined };

/**
 * Times both chains at growing sizes, until the device is busy for long enough or time runs out. Returns the last size.
 */
async function climb(
  bound: Bound,
  { backend, visit, tools }: { readonly backend: Backend; readonly visit: Visit; readonly tools: Tools },
  deadline: number,
): Promise<Climbed | undefined> {
  const { now } = tools;
  let check: Check | undefined;
  for (const [i, size] of SIZES[bound].entries()) {
    await tools.phase(`${bound} ${size}`);
    const opening = now();
    const long = await open(backend, visit, bound, { length: LENGTHS[1], size });
    const opened = now() - opening;
    try {
      await long.call();
      if (i === 0) check = await judge(long, bound, size, visit.precision);
      const calling = now();
      await long.call();
      const took = now() - calling;
      // The next size has four times the pixels: two sessions, a first and a second call, and the timed calls.
      const next = 2 * opened + 4 * took * 2 + Math.max(TIME, 4 * took * 2 * LEAST);
      const isLast = i === SIZES[bound].length - 1;
      if (!isLast && took <= LONG[bound] && now() + next <= deadline) continue;
      const short = await open(backend, visit, bound, { length: LENGTHS[0], size });
      try {
        return { size, check, ...(await timeChains([short, long], now)) };
      } finally {
        await short.session.close();
      }
    } finally {
      await long.session.close();
    }
  }
  return undefined;
}

/**
 * Measures the device's peak through this runtime: operations per second in 1×1 convolutions of 256 channels or in 3×3
 * ones of 128, whichever is faster, and bytes per second in sums of tensors too large for any cache, all at the largest
 * size tried. Two chains of different length are timed, so that transfers and the cost of a call cancel (Williams et al.
 * 2009, "Roofline").
 */
export async function visit(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<RooflineResult>> {
  const began = tools.now();
  await tools.phase('baseline');
  const backend = await module.start(row, tools, undivided);
  const convolutions = [];
  for (const [i, bound] of (['compute', 'spatial'] as const).entries()) {
    const one = await climb(bound, { backend, visit, tools }, began + (visit.budgetMs * (i + 1)) / 3);
    if (one === undefined) continue;
    const flops = workOf(bound, one.size).amount;
    convolutions.push({ bound, ...one, flops, perMs: flops / (excess(one) ?? Number.POSITIVE_INFINITY) });
  }
  const [best] = [...convolutions].sort((a, b) => b.perMs - a.perMs);
  const sum = await climb('memory', { backend, visit, tools }, began + visit.budgetMs);
  if (best === undefined || sum === undefined) throw new Error('no chain was timed');
  const { amount: bytes, tensor } = workOf('memory', sum.size);
  const { flops, size, short, long, bound } = best;
  const result: RooflineResult = {
    suite: 'roofline',
    compute: { flops, size, short, long, kernel: KERNEL[bound] },
    memory: { bytes, tensor, short: sum.short, long: sum.long },
    checks: [...convolutions, sum].flatMap(({ check }) => check ?? []),
  };
  return { placement: await place(backend, visit), results: [result] };
}
