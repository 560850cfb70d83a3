import { type Graph, graphParameters } from '../../reference/graph.ts';
import { hashName, random } from '../../reference/random.ts';
import type { Weights } from '../../reference/tensor.ts';
import { seededWeights } from '../../reference/weights/seeded.ts';

/** Kinds of weights whose rounding errors are not like those of seeded ones. */
export const KINDS = ['seeded', 'constant', 'sparse', 'heavy tails', 'all positive', 'one giant channel'] as const;
export type Kind = (typeof KINDS)[number];

/** Student's t with two degrees of freedom, from one uniform in (0, 1): its quantile function. */
const heavy = (u: number): number => ((2 * u - 1) * Math.SQRT1_2) / Math.sqrt(Math.max(u * (1 - u), 1e-6));

/** Weights of a kind, of the size that `seedN` gives every layer. Statistics of normalisations stay as seeded. */
export function oddWeights(graph: Graph, kind: Kind, seed: number): Weights {
  const seeded = seededWeights(graph, seed);
  if (kind === 'seeded') return seeded;
  const out = new Map(seeded);
  for (const { name, shape } of graphParameters(graph)) {
    if (!name.endsWith('.weight') || shape.length < 2) continue;
    const data = seeded.get(name) as Float32Array;
    const next = random(hashName(`${kind}/${seed}/${name}`));
    const rms = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
    const fan = data.length / (shape[0] as number);
    const giant = Math.floor(next() * (shape[0] as number));
    const make: { readonly [K in Exclude<Kind, 'seeded'>]: (value: number, i: number) => number } = {
      constant: () => (next() < 0.002 ? -rms : rms) / Math.sqrt(fan),
      sparse: (value) => (next() < 0.05 ? value * Math.sqrt(20) : 0),
      'heavy tails': () => (rms * heavy(next())) / 2,
      'all positive': (value) => Math.abs(value) / Math.sqrt(fan),
      'one giant channel': (value, i) => (Math.floor(i / fan) === giant ? 1000 * value : value),
    };
    out.set(name, data.map(make[kind]));
  }
  return out;
}
