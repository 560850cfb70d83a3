import type { Graph } from '../../reference/graph.ts';
import { truth } from '../../reference/judge/bounds.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { verdictText } from '../../reference/judge/verdict.ts';
import type { Arithmetic } from '../../reference/ops/rounding.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { PackageFolders } from '../hosts/bundle.ts';
import { lifetime } from '../hosts/lifetime.ts';
import { openScratch, workFolder } from '../hosts/scratch.ts';
import type { Loadable, Probed } from '../locate/prober.ts';
import { prober } from '../locate/prober.ts';
import { isProved } from '../locate/shrink.ts';
import { differs, worstOf } from '../locate/suspect.ts';
import { type Attempt, implementationOf, skipped } from '../versions/tried.ts';
import { type BrowserChoice, openHosts } from './hosts.ts';

/** A network that shows a fault, its input, and the file that is loaded. */
export type ShownNetwork = {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly input: Tensor;
  readonly arithmetic: Arithmetic;
  readonly file: Loadable;
};

/** Runs the network once on a backend, in its own process or page, with these packages. */
async function runOnce(
  shown: ShownNetwork,
  row: BackendRow,
  browser: BrowserChoice,
  packages: PackageFolders,
): Promise<Probed> {
  const opened = lifetime();
  try {
    const scratch = openScratch(opened);
    const folder = workFolder(scratch);
    const shared = { mounts: { '/work/': folder }, logs: scratch, packages };
    const place = (await openHosts([row], browser, shared, opened)).of(row);
    if ('reason' in place) throw new Error(`${place.reason}; ${place.fix}`);
    return await prober(row, place, folder, 'version')(shown.file, [shown.input], { asMeasured: false });
  } finally {
    await opened.end();
  }
}

/** Judges what a version computed. Beyond its worst-case bound it is `wrong`, beyond what right ones do `suspect`. */
function judged(shown: ShownNetwork, { calls }: Probed): Pick<Attempt, 'answer' | 'outcome' | 'detail'> {
  const { graph, weights, input, arithmetic } = shown;
  const expected = truth({ graph, weights, input }, new Map([['output', graph.output]]), arithmetic).get('output');
  if (expected === undefined) throw new Error(`${graph.output} was not computed`);
  requireSound(graph.output, expected);
  const outputs = calls.flatMap((call) => [...call.outputs.values()]);
  const worst = worstOf(outputs, expected);
  if (worst === undefined) return { answer: 'good', outcome: 'right', detail: '' };
  const detail = verdictText(worst.verdict);
  if (isProved({ graph, weights, input, arithmetic, index: 0, ...worst, own: undefined }))
    return { answer: 'bad', outcome: 'wrong', detail };
  // Winograd's convolution is right, if less exact.
  return differs(worst.verdict)
    ? { answer: 'bad', outcome: 'suspect', detail }
    : { answer: 'good', outcome: 'right', detail };
}

/** Whether a session for a GPU ran on the processor alone: then it shows nothing of the backend. */
const ranElsewhere = ({ device }: BackendRow, { placement }: Probed): boolean =>
  !['cpu', 'wasm'].includes(device) &&
  Object.keys(placement.nodes).length > 0 &&
  Object.keys(placement.nodes).every((provider) => provider === 'CPUExecutionProvider');

/** Tries one version on a network. A version that cannot run it is skipped, with the reason. */
export async function attemptNetwork(
  shown: ShownNetwork,
  row: BackendRow,
  browser: BrowserChoice,
  packages: PackageFolders,
): Promise<Attempt> {
  let ran: Probed;
  try {
    ran = await runOnce(shown, row, browser, packages);
  } catch (error) {
    return skipped('does not run', (error as Error).message.split('\n')[0] ?? '');
  }
  const implementation = implementationOf(ran.placement, ran.wasm);
  if (ranElsewhere(row, ran)) return skipped('ran elsewhere', `not on ${row.device}`, implementation);
  return { ...judged(shown, ran), implementation };
}
