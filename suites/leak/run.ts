import { seededInput } from '../../reference/weights/seeded.ts';
import { tensorBytes } from '../contract/abilities.ts';
import {
  type Backend,
  type BackendModule,
  type BackendRow,
  type OpenOptions,
  type Session,
  type Tools,
  undivided,
} from '../contract/backend.ts';
import { sessionOptions } from '../contract/options.ts';
import { CYCLE } from '../contract/phases.ts';
import { prove } from '../contract/prove.ts';
import type { Visit, VisitResult } from '../contract/visit.ts';
import type { MeasuredLeak } from './schema.ts';

export const phases = [];

/** Cycles of create, run and close that each visit should make. */
const CYCLES = 50;
/** Minimum of cycles before the budget may end them. */
const LEAST = 3;

/** Opens a session, runs it once and closes it. */
async function cycle(backend: Backend, options: OpenOptions, input: Float32Array): Promise<Session> {
  const session = await backend.open(options);
  await session.run(session.prepare(input));
  await session.close();
  return session;
}

/** Creates, runs and closes a session repeatedly. The host reads memory after each cycle. */
export async function visit(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<MeasuredLeak>> {
  const deadline = tools.now() + visit.budgetMs;
  const { measured, inspected } = sessionOptions(visit, row);
  const input = seededInput(0, visit.batch, measured.channels, visit.size);
  await tools.phase('baseline');
  const backend = await module.start(row, tools, undivided);
  const result: MeasuredLeak = { suite: 'leak', gpu: [], tensors: [], wanted: CYCLES };
  for (let i = 0; i < CYCLES && (i < LEAST || tools.now() < deadline); i++) {
    const session = await cycle(backend, measured, input);
    await tools.phase(CYCLE);
    const gpu = tools.gpu();
    if (gpu !== null) result.gpu.push(gpu.live);
    const tensors = tensorBytes(session);
    if (tensors !== null) result.tensors.push(tensors);
  }
  return { placement: await prove(backend, inspected, input), results: [result] };
}
