import { evaluateNode } from '../evaluate.ts';
import { inferShape, type Node } from '../graph.ts';
import type { Arithmetic } from '../ops/rounding.ts';
import type { Shape, Tensor, Weights } from '../tensor.ts';
import type { Truth } from './bounds.ts';
import { judge, type Verdict } from './verdict.ts';
import { rigorousBound } from './worst-case.ts';

/**
 * The exact output of nodes in a row, the last of which is the output, with the worst-case bound on a runtime's error.
 * `given` has the values that they read from outside, by name: as a runtime had them, so without error. For one node it
 * is a sharp proof, for a few a useful one. Throws where a value is missing.
 */
export function rigorousFrom(
  nodes: readonly Node[],
  weights: Weights,
  given: ReadonlyMap<string, Tensor>,
  a: Arithmetic,
): Truth {
  const values = new Map(given);
  const shapes = new Map<string, Shape>([...given].map(([name, { shape }]) => [name, shape]));
  const errors = new Map<string, Float64Array>(
    [...given].map(([name, { data }]) => [name, new Float64Array(data.length)]),
  );
  let last: Truth | undefined;
  for (const node of nodes) {
    const shape = inferShape(node, shapes);
    const inputs = node.inputs.flatMap((name) => values.get(name) ?? []);
    const output = evaluateNode(node, inputs, weights, shape);
    const before = node.inputs.flatMap((name) => errors.get(name) ?? []);
    const allowed = rigorousBound({ node, inputs, output, weights }, before, a);
    shapes.set(node.name, shape);
    values.set(node.name, output);
    errors.set(node.name, allowed);
    last = { value: output, allowed, limits: undefined };
  }
  if (last === undefined) throw new Error('no node was given');
  return last;
}

/**
 * An output against a worst case, as a proof. Where there is no bound, as of a normalisation whose variance may be 0, or
 * no finite truth, nothing is proven: these elements count as right.
 */
export function proofOf(output: ArrayLike<number>, { value, allowed }: Truth): Verdict {
  const { shape, data } = value;
  const isBounded = (i: number) => Number.isFinite(allowed[i]) && Number.isFinite(data[i]);
  return judge(
    data.map((one, i) => (isBounded(i) ? (output[i] as number) : Number.isFinite(one) ? one : 0)),
    {
      value: { shape, data: data.map((one) => (Number.isFinite(one) ? one : 0)) },
      allowed: Float64Array.from(allowed, (bound, i) => (isBounded(i) ? bound : 0)),
      limits: undefined,
    },
  );
}
