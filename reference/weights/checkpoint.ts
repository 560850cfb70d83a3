import type { Graph } from '../graph.ts';
import { graphParameters } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import { listText, quote, shapeText, shown } from '../quote.ts';
import type { Weights } from '../tensor.ts';

/** A named float32 tensor of a checkpoint. */
export type StoredTensor = { readonly shape: readonly number[]; readonly data: Float32Array };

/** Maximum of names per kind of problem, and of characters for all kinds together. */
const SHOWN = 5;
const ROOM = 250;

/** How many values are NaN or infinite, as text; undefined where none is. */
function notFinite(data: Float32Array): string | undefined {
  let count = 0;
  for (const value of data) if (!Number.isFinite(value)) count++;
  return count === 0 ? undefined : `${count} of ${data.length} values`;
}

/** Throws where a tensor has values that are NaN or infinite: no output could be judged. */
export function requireFinite(name: string, data: Float32Array): void {
  const what = notFinite(data);
  if (what !== undefined) throw new Error(`tensor ${quote(name)}: ${what} are NaN or infinite`);
}

/**
 * Converts a checkpoint's tensors to the graph's weights, one for each parameter and buffer. `rename` converts a
 * parameter's name to the checkpoint's. Throws one error that lists what is missing, extra (except batch counters of
 * normalisations), misshapen or not finite, and normalisations without a result.
 */
export function matchCheckpoint(
  graph: Graph,
  tensors: ReadonlyMap<string, StoredTensor>,
  rename?: (parameter: string) => string,
): Weights {
  const weights = new Map<string, Float32Array>();
  const used = new Set<string>();
  const [missing, misshapen, broken]: [string[], string[], string[]] = [[], [], []];
  for (const { name, shape } of graphParameters(graph)) {
    const stored = rename?.(name) ?? name;
    const found = tensors.get(stored);
    used.add(stored);
    const bad = found && notFinite(found.data);
    if (found === undefined) missing.push(stored);
    else if (`${found.shape}` !== `${shape}`)
      misshapen.push(`${shown(stored)} is ${shapeText(found.shape)} instead of ${shapeText(shape)}`);
    else if (bad !== undefined) broken.push(`${shown(stored)} (${bad})`);
    else weights.set(name, found.data);
  }
  const without = graph.nodes.flatMap((node) => {
    const stored = (suffix: string) => {
      const name = `${node.name}.${suffix}`;
      const data = weights.get(name);
      return data && { name: rename?.(name) ?? name, data };
    };
    return operatorOf(node).whyUndefined?.(node, stored) ?? [];
  });
  const extra = [...tensors.keys()].filter((name) => !used.has(name) && !name.endsWith('.num_batches_tracked'));
  const kinds = [
    ['missing', missing.map(shown)],
    ['extra', extra.map(shown)],
    ['misshapen', misshapen],
    ['NaN or infinite', broken],
    ['undefined', without],
  ] as const;
  const found = kinds.filter(([, names]) => names.length > 0);
  if (found.length > 0) {
    const problems = found.map(([kind, names]) => `${kind}: ${listText(names, SHOWN, ROOM / found.length)}`);
    throw new Error(`the checkpoint does not fit ${graph.name}: ${problems.join('; ')}`);
  }
  return weights;
}
