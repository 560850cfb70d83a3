import { encodeFloats } from '../../reference/float32.ts';
import { type BackendModule, type Session, type Tools, undivided, unsupportedFix } from '../contract/backend.ts';
import { madeOptions } from '../contract/options.ts';
import type { FuzzNetwork, Played, PlayJob, PlayResult } from '../contract/play.ts';
import type { Placement } from '../record/placement.ts';
import { graphOf } from './network.ts';
import { inputOf, weightsOf } from './values.ts';

/** The phase in which a network is run. */
export const phaseOf = (index: number): string => `network ${index}`;

/** After as many failures in a row, the process or page may be at fault, not the networks. */
const MOST_FAILURES = 6;

/** Threads of every session: networks are too small for more. */
const THREADS = 1;

/** An open session, and a call that adds its output to the network's outputs. */
type Playing = { readonly session: Session; call(input: number): Promise<void> };

/** Runs networks one after another. Sessions stay open for a while, and are called again before they close. */
export async function play(job: PlayJob, module: BackendModule, tools: Tools): Promise<PlayResult> {
  const { row, networks, alive, budgetMs } = job;
  tools.watch?.(networks.map((_, index) => phaseOf(index)));
  const deadline = tools.now() + budgetMs;
  const backend = await module.start(row, tools, undivided);
  const source = { format: 'architecture', model: 'fuzz', files: [] } as const;

  const open = async (network: FuzzNetwork, outputs: string[]): Promise<Playing> => {
    const { batch, size } = network;
    const made = { graph: graphOf(network), weights: weightsOf(network) };
    const options = madeOptions(made, { source, threads: THREADS }, { batch, size, inspect: false });
    const session = await backend.open(options);
    return {
      session,
      async call(index) {
        const input = session.prepare(Float32Array.from(inputOf(network, index).data));
        outputs.push(encodeFloats(await session.run(input)));
      },
    };
  };
  const refused = (error: unknown): Played => ({
    error: error instanceof Error ? error.message : String(error),
    fix: unsupportedFix(error),
  });

  const played: Played[] = [];
  const playing: { readonly at: number; readonly one: Playing }[] = [];
  let failures = 0;
  let first: Session | undefined;
  const finish = async () => {
    const oldest = playing.shift();
    if (oldest === undefined) return;
    await oldest.one
      .call(0)
      .then(() => oldest.one.session.close())
      .catch((error: unknown) => {
        played[oldest.at] = refused(error);
      });
  };
  for (const [at, network] of networks.entries()) {
    if ((at > 0 && tools.now() > deadline) || failures >= MOST_FAILURES) break;
    await tools.phase(phaseOf(at));
    const outputs: string[] = [];
    played.push({ outputs });
    try {
      const one = await open(network, outputs);
      await one.call(0);
      await one.call(1);
      playing.push({ at, one });
      first ??= one.session;
      failures = 0;
    } catch (error) {
      played[at] = refused(error);
      failures++;
    }
    while (playing.length > alive) await finish();
  }
  // No phase that is watched: closing the last session may release the device.
  await tools.phase('closing');
  while (playing.length > 0) await finish();
  // Reading an adapter's name makes and releases a context, so it is no phase that is watched.
  await tools.phase('placement');
  const none: Placement = { device: 'unknown', proof: 'no network ran', nodes: {}, notes: [] };
  return { placement: (await first?.placement()) ?? none, played };
}
