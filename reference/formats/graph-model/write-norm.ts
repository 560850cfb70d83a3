import type { Node } from '../../graph.ts';
import { parameter, type Weights } from '../../tensor.ts';
import { FLOAT, type GraphDef, INT32 } from './graph-def.ts';

const T = { T: FLOAT };

/** Layer normalisation over the last axis, in TensorFlow's primitives, as its converter leaves Keras' layer. */
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
  w.node(`${name}.mean`, 'Mean', [x, axis], mean);
  w.node(`${name}.centred`, 'Sub', [x, `${name}.mean`], T);
  w.node(`${name}.squares`, 'SquaredDifference', [x, `${name}.mean`], T);
  w.node(`${name}.variance`, 'Mean', [`${name}.squares`, axis], mean);
  w.node(`${name}.spread`, 'AddV2', [`${name}.variance`, epsilon], T);
  w.node(`${name}.scale`, 'Rsqrt', [`${name}.spread`], T);
  w.node(`${name}.normal`, 'Mul', [`${name}.centred`, `${name}.scale`], T);
  w.node(`${name}.gained`, 'Mul', [`${name}.normal`, weight], T);
  return w.node(name, 'AddV2', [`${name}.gained`, bias], T);
}

/** x·½(1 + erf(x/√2)). */
export function writeGelu(w: GraphDef, name: string, x: string): string {
  const constant = (suffix: string, value: number) => w.constant(`${name}.${suffix}`, [], Float32Array.of(value));
  w.node(`${name}.scaled`, 'Mul', [x, constant('root', Math.SQRT1_2)], T);
  w.node(`${name}.erf`, 'Erf', [`${name}.scaled`], T);
  w.node(`${name}.sum`, 'AddV2', [`${name}.erf`, constant('one', 1)], T);
  w.node(`${name}.mul`, 'Mul', [x, `${name}.sum`], T);
  return w.node(name, 'Mul', [`${name}.mul`, constant('half', 0.5)], T);
}
