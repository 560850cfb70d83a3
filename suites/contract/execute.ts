import { encodeFloats } from '../../reference/float32.ts';
import { readTruths, type Truths } from '../../reference/truthfile.ts';
import { seededInput } from '../../reference/weights/seeded.ts';
import { accuracy } from '../accuracy/run.ts';
import { type Logits, MAX_LOGITS } from '../record/check.ts';
import type { Result, ResultOf } from '../result.ts';
import { open, openingTime, startupOf } from '../startup/run.ts';
import type { BackendModule, BackendRow, Tools } from './backend.ts';
import { caller } from './caller.ts';
import { type Checker, checker } from './checker.ts';
import { measureClock } from './clock.ts';
import { plan } from './options.ts';
import { inspect } from './prove.ts';
import { calibrate, sample } from './sampler.ts';
import { INPUTS, type Visit, type VisitResult } from './visit.ts';

/** Share of a visit's budget for classifying images: opening and proving take the rest. */
const ACCURACY_SHARE = 0.6;

/** Warms up and samples. Where not even one more call fits into the budget, the second call is the one sample. */
async function latency(
  visit: Visit,
  tools: Tools,
  deadline: number,
  second: number,
  timed: (phase: string) => Promise<number>,
  call: () => Promise<void>,
  between: () => Promise<void>,
): Promise<ResultOf<'latency'>> {
  const { now } = tools;
  const { work } = visit.network;
  const clock = measureClock(now);
  if (now() + second > deadline)
    return { suite: 'latency', samples: [second], batch: 1, clock, warmup: 1, short: true, work };
  let estimate = second;
  let warmup = 2;
  for (; warmup < visit.warmup && now() + 3 * estimate < deadline; warmup++) estimate = await timed('warm-up');
  await tools.phase('latency');
  const timing = { now, granularity: clock.granularity };
  const { batch, calls, ...one } = await calibrate(call, between, timing, estimate);
  const time = Math.min(visit.sampling, deadline - now());
  const options = { now, batch, wanted: visit.samples, time, estimate: one.estimate };
  return { suite: 'latency', ...(await sample(call, between, options)), batch, clock, warmup: warmup + calls, work };
}

/** An output for reports to compare with other backends', where it is small and has a truth. */
export function kept(output: ArrayLike<number>, truths: Truths): { logits: Logits } | undefined {
  const truth = truths[0]?.get('logits');
  if (truth === undefined || output.length > MAX_LOGITS) return undefined;
  return { logits: { values: encodeFloats(output), allowed: encodeFloats(truth.allowed) } };
}

const checks = (checkers: readonly Checker[]) => checkers.flatMap((one) => one.worst() ?? []);

/**
 * One visit, in a child process or a page: load the runtime, open the model, run and check, sample, prove the device,
 * close. Results come in the order reached. Throws what the backend throws.
 */
export async function execute(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult> {
  const asked = new Set(visit.suites);
  const began = tools.now();
  const deadline = began + visit.budget;
  const { measured, inspected } = plan(visit, row);
  const inputs = Array.from({ length: INPUTS }, (_, i) => seededInput(i, visit.batch, measured.channels, visit.size));
  const results: Result[] = [];

  const opened = await open(module, row, measured, tools);
  const { backend, session } = opened;

  if (asked.has('accuracy')) {
    await tools.phase('accuracy');
    results.push(await accuracy(session, visit, tools, began + visit.budget * ACCURACY_SHARE));
    const { placement } = await inspect(backend, session, inspected, undefined, []);
    await session.close();
    return { placement, results };
  }

  const logits = checker('logits', visit.network.classes);
  let known: Truths | undefined;
  const truths = async () => {
    known ??= visit.files.truth === '' ? [] : await readTruths(visit.files.truth, tools.read);
    return known;
  };
  const { call, between, check, latest } = caller(session, inputs, truths, logits);
  const timed = async (phase: string) => {
    await tools.phase(phase);
    const start = tools.now();
    await call();
    const took = tools.now() - start;
    await between();
    return took;
  };
  const first = await timed('first');
  const afterFirst = tools.observed();
  const answer = latest();
  const second = await timed('second');
  const calls = { first, second, afterFirst, afterSecond: tools.observed() };
  if (visit.again) {
    const startup = startupOf(opened, calls, calls.afterSecond, visit.files.model);
    await tools.phase('close');
    await session.close();
    await check();
    const proof = { suite: 'conformance', checks: checks([logits]) } as const;
    return { placement: await session.placement(), results: [startup, proof] };
  }

  if (asked.has('latency')) results.push(await latency(visit, tools, deadline, second, timed, call, between));

  await tools.phase('steady');
  if (asked.has('startup')) results.push(startupOf(opened, calls, tools.observed(), visit.files.model));
  const gpu = tools.gpu();
  if (asked.has('memory'))
    results.push({ suite: 'memory', processes: [], tensors: session.tensors(), gpu, model: visit.modelBytes });

  await tools.phase('inspect');
  await check();
  // Opening a tapped session and running it once costs about what the first one cost.
  const wanted = asked.has('conformance') && visit.round === 0;
  const affordable = tools.now() + openingTime(opened) + first < deadline;
  const proof = await inspect(
    backend,
    session,
    inspected,
    wanted && affordable ? inputs[0] : undefined,
    await truths(),
  );
  // Sent whatever was asked: a time of wrong answers is no result.
  const voted = visit.round === 0 ? kept(answer, await truths()) : {};
  const untapped = wanted && !affordable ? { untapped: 'one more run would have broken the budget of this visit' } : {};
  results.push({ suite: 'conformance', checks: checks([logits, ...proof.taps]), ...untapped, ...voted });
  await tools.phase('close');
  await session.close();
  await tools.phase('closed');
  return { placement: proof.placement, results };
}
