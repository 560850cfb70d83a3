import { TINY } from '../float32.ts';
import type { Operator } from './operator.ts';

/** a + b, for equal shapes. */
type Add = { op: 'Add' };

export const add: Operator<Add> = {
  shape(node, [first, second]) {
    if (`${first}` !== `${second}`) throw new Error(`${node.name}: adds [${first}] and [${second}]`);
    return [...first];
  },
  parameters: () => [],
  forward(node, [a, b]) {
    if (b === undefined) throw new Error(`${node.name}: Add needs two inputs`);
    const data = new Float64Array(a.data.length);
    for (let i = 0; i < data.length; i++) data[i] = (a.data[i] as number) + (b.data[i] as number);
    return { shape: a.shape, data };
  },
  worstCase: ({ output }, [first, second = first], a) =>
    output.data.map((value, i) => {
      const before = (first[i] as number) + (second[i] as number);
      return a.unit * (Math.abs(value) + before) + before + TINY;
    }),
  macs: () => 0,
  field: (_, input) => input,
  narrowed: (node) => node,
  residual: true,
};
