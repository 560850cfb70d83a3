import type { Node } from '../../graph.ts';
import { parameter, type Weights } from '../../tensor.ts';
import { FLOAT, type GraphDef, INT32 } from './graph-def.ts';

const T = { T: FLOAT };

/** Layer normalisation over the last axis, in TensorFlow's primitives, as its converter writes Keras's layer. */
export function writeLayerNorm(
  w: GraphDef,
  node: Node & { op: 'LayerNormalization' },
  x: string,
  weights: Weights,
): string {
  const { name, channels } = node;
  const axis = w.constant(`${name}.axis`, [1], Int32Array.of(3));
  const mean = { ...T, Tidx: INT32, keep_dims: { b: true } };
  const epsilon = w.constant(`${name}.epsilon`, [], Float32Array.of(node.epsilon));
  const weight = w.constant(`${name}.weight`, [channels], parameter(weights, `${name}.weight`));
  const bias = w.constant(`${name}.bias`, [channels], parameter(weights, `${name}.bias`));
  const centre = w.step(`${name}.mean`, 'Mean', [x, axis], mean);
  const centred = w.step(`${name}.centred`, 'Sub', [x, centre], T);
  const squares = w.step(`${name}.squares`, 'SquaredDifference', [x, centre], T);
  const variance = w.step(`${name}.variance`, 'Mean', [squares, axis], mean);
  const spread = w.step(`${name}.spread`, 'AddV2', [variance, epsilon], T);
  const scale = w.step(`${name}.scale`, 'Rsqrt', [spread], T);
  const normal = w.step(`${name}.normal`, 'Mul', [centred, scale], T);
  const gained = w.step(`${name}.gained`, 'Mul', [normal, weight], T);
  return w.node(name, 'AddV2', [gained, bias], T);
}

/** x·½(1 + erf(x/√2)). */
export function writeGelu(w: GraphDef, name: string, x: string): string {
  const constant = (suffix: string, value: number) => w.constant(`${name}.${suffix}`, [], Float32Array.of(value));
  const scaled = w.step(`${name}.scaled`, 'Mul', [x, constant('root', Math.SQRT1_2)], T);
  const erf = w.step(`${name}.erf`, 'Erf', [scaled], T);
  const sum = w.step(`${name}.sum`, 'AddV2', [erf, constant('one', 1)], T);
  const product = w.step(`${name}.mul`, 'Mul', [x, sum], T);
  return w.node(name, 'Mul', [product, constant('half', 0.5)], T);
}
