import { encodeFloats } from '../../reference/float32.ts';
import { tap } from '../contract/abilities.ts';
import { type BackendModule, type Tools, undivided } from '../contract/backend.ts';
import { LOGITS, type ProbeCall, type ProbeJob, type ProbeResult } from '../contract/job.ts';
import { sessionOptions } from '../contract/options.ts';

/** Rounds over the inputs: a result that is stale shows in a later call only. */
const ROUNDS = 2;

const encoded = (values: Iterable<readonly [string, ArrayLike<number>]>) =>
  Object.fromEntries([...values].map(([name, data]) => [name, encodeFloats(data)]));

/**
 * Runs any file on a backend, with inputs from files, in turn, and returns every call's outputs. `asMeasured`: in a
 * session as it is measured, which returns only the output, and then in one that is inspected, as in a benchmark.
 */
export async function probe(
  { workload, row, inputs: files, asMeasured }: ProbeJob,
  module: BackendModule,
  tools: Tools,
): Promise<ProbeResult> {
  const { measured, inspected } = sessionOptions(workload, row);
  const inputs: Float32Array[] = [];
  for (const file of files) inputs.push(new Float32Array((await tools.read(file)).slice().buffer));
  const backend = await module.start(row, tools, undivided);
  const calls: ProbeCall[] = [];
  if (asMeasured) {
    const session = await backend.open(measured);
    const prepared = inputs.map((input) => session.prepare(input));
    for (let round = 0; round < ROUNDS; round++)
      for (const [input, data] of prepared.entries())
        calls.push({ input, outputs: encoded([[LOGITS, await session.run(data)]]) });
    await session.close();
  }
  const session = await backend.open(asMeasured ? inspected : { ...measured, inspect: true });
  const prepared = inputs.map((input) => session.prepare(input));
  for (let round = 0; round < (asMeasured ? 1 : ROUNDS); round++)
    for (const [input, data] of prepared.entries()) calls.push({ input, outputs: encoded(await tap(session, data)) });
  const placement = await session.placement();
  await session.close();
  const fetched = tools.observed()?.fetched ?? [];
  const wasm = fetched
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
    .filter((name) => name.endsWith('.wasm'));
  return { calls, placement, wasm: [...new Set(wasm)] };
}
