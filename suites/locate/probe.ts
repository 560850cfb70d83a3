import { encodeFloats } from '../../reference/float32.ts';
import { tap } from '../contract/abilities.ts';
import { type BackendModule, type Tools, undivided } from '../contract/backend.ts';
import type { ProbeJob, ProbeResult } from '../contract/job.ts';
import { sessionOptions } from '../contract/options.ts';

/** Runs any exported graph twice on a backend, with inputs from a file, and returns the second run's outputs. */
export async function probe(
  { workload, row, input: file }: ProbeJob,
  module: BackendModule,
  tools: Tools,
): Promise<ProbeResult> {
  const { measured } = sessionOptions(workload, row);
  const bytes = await tools.read(file);
  const backend = await module.start(row, tools, undivided);
  const session = await backend.open({ ...measured, inspect: true });
  const input = session.prepare(new Float32Array(bytes.slice().buffer));
  await tap(session, input);
  const values = await tap(session, input);
  const placement = await session.placement();
  await session.close();
  const encoded = [...values].map(([name, data]) => [name, encodeFloats(data)] as const);
  return { outputs: Object.fromEntries(encoded), placement };
}
