import type { ImageSet } from '../../reference/datasets/dataset.ts';
import { readTruths } from '../../reference/truthfile.ts';
import { seededInput } from '../../reference/weights/seeded.ts';
import { isSame, nonfiniteIn } from '../contract/answers.ts';
import { type BackendModule, type BackendRow, type Tools, undivided } from '../contract/backend.ts';
import { checker } from '../contract/checker.ts';
import { itself } from '../contract/checks.ts';
import { classify, imageBatch, openImages } from '../contract/classify.ts';
import { sessionOptions } from '../contract/options.ts';
import { inspect } from '../contract/prove.ts';
import { settleFirst } from '../contract/settling.ts';
import type { Visit, VisitResult } from '../contract/visit.ts';
import type { ComplianceResult } from './schema.ts';
import { verdict } from './verdict.ts';

export const phases = ['untimed', 'timed'];

/** Inputs per seed (there are two), or images per range (there are two). */
const INPUTS = { seeded: 8, images: 32 } as const;
/** First seed of the second group of inputs. */
const OTHER = 1000;
/**
 * Timed calls of a block, each on another input. One untimed call comes first, because caches still hold the previous
 * block's data.
 */
const CALLS = 4;
/** Blocks of each kind wanted, and the minimum before the budget may end them. */
const [BLOCKS, LEAST] = [20, 3];

const KINDS = ['same', 'fresh', 'other'] as const;
type Kind = (typeof KINDS)[number];

/** Every order of the kinds. Each kind comes first equally often, and follows each other kind equally often. */
const ORDERS: readonly (readonly Kind[])[] = [
  ['same', 'fresh', 'other'],
  ['other', 'same', 'fresh'],
  ['fresh', 'other', 'same'],
  ['same', 'other', 'fresh'],
  ['fresh', 'same', 'other'],
  ['other', 'fresh', 'same'],
];

/**
 * Batches of images where the visit has images and PyTorch's classes for them; otherwise seeded inputs of two seeds.
 */
async function inputsOf(visit: Visit, channels: number, tools: Tools) {
  const { batch, size, images } = visit;
  if (images?.predictions === undefined) {
    const seeded = (from: number) =>
      Array.from({ length: INPUTS.seeded }, (_, i) => seededInput(from + i, batch, channels, size));
    return { kind: 'seeded', inputs: [...seeded(0), ...seeded(OTHER)], set: undefined } as const;
  }
  const set = await openImages(images, visit.network, tools);
  const count = Math.min(2 * INPUTS.images, Math.floor(set.count / batch));
  const inputs = await Promise.all(Array.from({ length: count }, (_, i) => imageBatch(set, i * batch, visit)));
  return { kind: 'images', inputs, set: { ...set, predictions: images.predictions } } as const;
}

type Labelled = ImageSet & { readonly predictions: readonly number[] };

/** Compares the classes of timed answers with PyTorch's and with the labels. */
function classifyAll(answers: ReadonlyMap<number, ArrayLike<number>>, set: Labelled, { batch, network }: Visit) {
  const all = [...answers].map(([input, answer]) =>
    classify(answer, set, input * batch, { batch, classes: network.classes, predictions: set.predictions }),
  );
  return {
    images: all.reduce((sum, { count }) => sum + count, 0),
    top1: all.reduce((sum, one) => sum + one.top1, 0),
    differs: all.flatMap(({ differs }) => differs),
  };
}

/**
 * Checks that timed calls do all the work, after MLPerf Inference's compliance tests. TEST01: answers of timed calls
 * equal those of untimed calls, and are correct. TEST04: repeating one input is not faster than fresh inputs, which
 * would mean a cache. TEST05: one seed is not faster than another. Blocks of calls are interleaved in every order.
 */
export async function visit(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<ComplianceResult>> {
  const deadline = tools.now() + visit.budgetMs;
  const { measured, inspected } = sessionOptions(visit, row);
  const { kind, inputs, set } = await inputsOf(visit, measured.channels, tools);
  const truths = kind === 'images' || visit.truth === undefined ? [] : await readTruths(visit.truth, tools.read);
  await tools.phase('baseline');
  const backend = await module.start(row, tools, undivided);
  await tools.phase('open');
  const session = await backend.open(measured);
  const prepared = inputs.map((input) => session.prepare(input));
  const run = (index: number) => session.run(prepared[index] as Float32Array);

  await tools.phase('untimed');
  const untimed: ArrayLike<number>[] = [];
  for (let i = 0; i < prepared.length; i++) untimed.push(Float32Array.from(await run(i)));

  await tools.phase('timed');
  const half = prepared.length / 2;
  const next = { fresh: 0, other: 0 };
  const indexOf: { [kind in Kind]: () => number } = {
    same: () => 0,
    fresh: () => next.fresh++ % half,
    other: () => half + (next.other++ % half),
  };
  const check = checker('logits', visit.network.classes);
  const timedAnswers = new Map<number, ArrayLike<number>>();
  let [calls, stale, varying, nonfinite] = [0, 0, 0, 0];
  const judge = (index: number, answer: ArrayLike<number>) => {
    calls++;
    timedAnswers.set(index, answer);
    const truth = truths[index]?.get('logits');
    if (truth !== undefined) check.check(answer, truth);
    else if (nonfiniteIn(answer) > 0) nonfinite++;
    if (isSame(answer, untimed[index] ?? [])) return;
    if (untimed.some((other) => isSame(answer, other))) stale++;
    else varying++;
  };
  const block = async (one: Kind): Promise<number> => {
    const order = Array.from({ length: CALLS + 1 }, indexOf[one]);
    const answers = [await run(order[0] as number)];
    const start = tools.now();
    for (const index of order.slice(1)) answers.push(await run(index));
    const took = tools.now() - start;
    for (const [i, answer] of answers.entries()) judge(order[i] as number, answer);
    return took / CALLS;
  };
  const blocks: ComplianceResult['blocks'] = [];
  let took = 0;
  while (blocks.length < BLOCKS && (blocks.length < LEAST || tools.now() + took < deadline)) {
    const start = tools.now();
    const times = { same: 0, fresh: 0, other: 0 };
    for (const one of ORDERS[blocks.length % ORDERS.length] ?? KINDS) times[one] = await block(one);
    blocks.push(times);
    took = tools.now() - start;
  }
  const classified = set === undefined ? null : classifyAll(timedAnswers, set, visit);
  const worst = check.worst();
  const { placement } = await inspect({ backend, session }, inspected, []);
  await session.close();
  const checks = worst === undefined ? [] : [worst];
  const result: ComplianceResult = {
    suite: 'compliance',
    inputs: kind,
    blocks,
    planned: BLOCKS,
    calls,
    stale,
    varying,
    ...(nonfinite > 0 ? { nonfinite } : {}),
    classified,
    checks,
  };
  if (verdict(result)?.status === 'suspect') {
    const checked = { visit, row, tools, inputs, backend, truths, began: deadline - visit.budgetMs };
    const settled = await settleFirst(checked, [check], itself);
    if (settled !== undefined) result.settled = settled;
  }
  return { placement, results: [result] };
}
