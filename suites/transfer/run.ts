import { hashName, shuffled } from '../../reference/random.ts';
import { readTruths, type Truths } from '../../reference/truthfile.ts';
import { seededInput } from '../../reference/weights/seeded.ts';
import { bind } from '../contract/abilities.ts';
import { answers } from '../contract/answers.ts';
import {
  type BackendModule,
  type BackendRow,
  type ResidentCalls,
  type Session,
  type Tools,
  undivided,
} from '../contract/backend.ts';
import { type Checker, checker } from '../contract/checker.ts';
import { measureClock } from '../contract/clock.ts';
import { sessionOptions } from '../contract/options.ts';
import { prove } from '../contract/prove.ts';
import { calibrate, sample } from '../contract/sampler.ts';
import { settleFirst } from '../contract/settling.ts';
import { INPUTS, type Visit, type VisitResult } from '../contract/visit.ts';
import type { TransferResult } from './schema.ts';
import { verdict } from './verdict.ts';

export const phases = ['bind', 'warm-up', 'transfer'];

/** Samples of one form in a row before the next form's turn. Fewer where less than BLOCKS blocks would fit. */
const BLOCK = 5;
const BLOCKS = 4;

/**
 * The forms of a call. `host`: from host to host, as in `latency`. `bound`: input and output on the device, until its
 * queue has drained. `read`: as `bound`, with the output read back.
 */
export const FORMS = ['host', 'bound', 'read'] as const;
type FormName = (typeof FORMS)[number];

/** Calls of one form, cycling through the inputs. */
type Form = {
  readonly checker: Checker;
  call(): Promise<void>;
  /**
   * Compares the outputs of all calls since the last check with their truths; of outputs on the device, the latest. The
   * next batch of calls then starts with another input.
   */
  check(): Promise<void>;
  /** Number of stale outputs: see contract/answers.ts. */
  stale(): number;
};

/** How a form runs an input, given by its index. Resolves with the output where that is on the host. */
type Way = (index: number) => Promise<ArrayLike<number> | undefined>;

function waysOf(
  session: Session,
  bound: ResidentCalls,
  prepared: readonly Float32Array[],
): { [name in FormName]: Way } {
  return {
    host: (index) => session.run(prepared[index] as Float32Array),
    async bound(index) {
      await bound.run(index);
      return undefined;
    },
    async read(index) {
      await bound.run(index);
      return bound.read();
    },
  };
}

/** `read` gets the output that stayed on the device, outside the clock. */
function formOf(
  { name, run, read }: { readonly name: FormName; readonly run: Way; read(): Promise<ArrayLike<number>> },
  truths: Truths,
  classes: number,
): Form {
  const check = checker(name, classes);
  const given = answers(check);
  let unchecked: { input: number; output: ArrayLike<number> }[] = [];
  let [batches, next, asked] = [0, 0, 0];
  return {
    checker: check,
    stale: given.stale,
    async call() {
      asked = next;
      next = (next + 1) % INPUTS;
      const output = await run(asked);
      if (output === undefined) return;
      // The same array again, as of host memory that is bound: the earlier output in it is gone.
      if (unchecked.at(-1)?.output === output) unchecked.pop();
      unchecked.push({ input: asked, output });
    },
    async check() {
      // An output on the device is overwritten by the next call: only the latest can be read. A call that did nothing is
      // found out, since the output is still the other input's.
      if (unchecked.length === 0) unchecked.push({ input: asked, output: await read() });
      for (const { input, output } of unchecked) given.check(input, output, truths);
      unchecked = [];
      next = ++batches % INPUTS;
    },
  };
}

/** Times the three forms of a call on one session, in blocks of random order. */
export async function visit(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<TransferResult>> {
  const { now } = tools;
  const deadline = now() + visit.budgetMs;
  const { measured, inspected } = sessionOptions(visit, row);
  if (visit.truth === undefined) throw new Error('no truths were sent');
  const truths = await readTruths(visit.truth, tools.read);
  const inputs = Array.from({ length: INPUTS }, (_, i) => seededInput(i, visit.batch, measured.channels, visit.size));
  await tools.phase('baseline');
  const backend = await module.start(row, tools, undivided);
  await tools.phase('open');
  const session = await backend.open(measured);
  const prepared = inputs.map((input) => session.prepare(input));
  await tools.phase('bind');
  const bound = await bind(session, prepared);
  const ways = waysOf(session, bound, prepared);
  const forms = FORMS.map((name) => ({
    name,
    ...formOf({ name, run: ways[name], read: bound.read }, truths, visit.network.classes),
  }));

  await tools.phase('warm-up');
  let estimate = 0;
  let warmup = 0;
  // Every form at least once. The estimate is the slowest call of the last turn.
  for (; warmup < Math.max(1, visit.warmup) && (warmup === 0 || now() + 6 * estimate < deadline); warmup++) {
    estimate = 0;
    for (const { call, check } of forms) {
      const start = now();
      await call();
      estimate = Math.max(estimate, now() - start);
      await check();
    }
  }

  await tools.phase('transfer');
  const clock = measureClock(now);
  const shortest = forms[FORMS.indexOf('bound')] as (typeof forms)[number];
  const { perSample, estimateMs } = await calibrate(
    shortest.call,
    shortest.check,
    { now, granularity: clock.granularity },
    estimate,
  );
  const samples: { [name in FormName]: number[] } = { host: [], bound: [], read: [] };
  const time = Math.min(FORMS.length * visit.samplingMs, deadline - now());
  const ends = now() + time;
  const fit = Math.floor(time / (BLOCKS * FORMS.length * perSample * estimateMs));
  const wanted = Math.max(1, Math.min(BLOCK, fit));
  const blocks = Math.max(1, Math.ceil(visit.samples / wanted));
  const options = { now, perSample, wanted, timeMs: Infinity, estimateMs };
  let done = 0;
  for (; done < blocks && (done === 0 || now() < ends); done++)
    for (const { name, call, check } of shuffled(forms, hashName(`${row.id} ${visit.round} ${done}`))) {
      // Untimed: the first call after another form finds its caches and queues.
      await call();
      await check();
      samples[name].push(...(await sample(call, check, options)).samples);
    }

  await bound.close();
  await session.close();
  await tools.phase('inspect');
  const placement = await prove(backend, inspected, inputs[0] as Float32Array);
  const checks = forms.flatMap((form) => form.checker.worst() ?? []);
  const short = done < blocks;
  const result: TransferResult = { suite: 'transfer', ...samples, batch: perSample, clock, warmup, short, checks };
  const stale = forms.reduce((sum, form) => sum + form.stale(), 0);
  if (stale > 0) result.stale = stale;
  if (verdict(result)?.status === 'suspect') {
    const checkers = forms.map(({ checker }) => checker);
    const checked = { visit, row, tools, inputs, backend, truths, began: deadline - visit.budgetMs };
    const settled = await settleFirst(checked, checkers, () => 'logits');
    if (settled !== undefined) result.settled = settled;
  }
  return { placement, results: [result] };
}
