import type { Graph } from '../graph.ts';
import { graphParameters } from '../graph.ts';
import type { Weights } from '../tensor.ts';

/** A named float32 tensor of a checkpoint. */
export type StoredTensor = { readonly shape: readonly number[]; readonly data: Float32Array };

const SHOWN = 5;

/** `what: a, b, … and 7 more`, or nothing for an empty list. */
function list(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return [`${what}: ${names.slice(0, SHOWN).join(', ')}${rest}`];
}

/**
 * A checkpoint's tensors as the graph's weights, one for each parameter and buffer. `rename` gives the checkpoint's
 * name of a parameter where it differs. Throws one error that lists what is missing, extra (BN's batch counters
 * aside), misshapen or not finite.
 */
export function matchCheckpoint(
  graph: Graph,
  tensors: ReadonlyMap<string, StoredTensor>,
  rename?: (parameter: string) => string,
): Weights {
  const weights = new Map<string, Float32Array>();
  const used = new Set<string>();
  const [missing, misshapen, notFinite]: [string[], string[], string[]] = [[], [], []];
  for (const { name, shape } of graphParameters(graph)) {
    const stored = rename?.(name) ?? name;
    const found = tensors.get(stored);
    used.add(stored);
    if (found === undefined) missing.push(stored);
    else if (`${found.shape}` !== `${shape}`) misshapen.push(`${stored} is [${found.shape}] instead of [${shape}]`);
    else if (!found.data.every(Number.isFinite)) notFinite.push(stored);
    else weights.set(name, found.data);
  }
  const extra = [...tensors.keys()].filter((name) => !used.has(name) && !name.endsWith('.num_batches_tracked'));
  const problems = [
    ...list('missing', missing),
    ...list('extra', extra),
    ...list('misshapen', misshapen),
    ...list('NaN or infinite', notFinite),
  ];
  if (problems.length > 0) throw new Error(`the checkpoint does not fit ${graph.name}: ${problems.join('; ')}`);
  return weights;
}
