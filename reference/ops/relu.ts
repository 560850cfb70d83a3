import type { Operator } from './operator.ts';
import { flushed } from './rounding.ts';

/** max(x, 0); NaN stays NaN. */
type Relu = { op: 'Relu' };

export const relu: Operator<Relu> = {
  shape: (_, [first]) => [...first],
  parameters: () => [],
  forward(_, [x]) {
    const data = new Float64Array(x.data.length);
    for (let i = 0; i < data.length; i++) {
      const value = x.data[i] as number;
      // Exact, and without a branch on the sign, which processors cannot predict. Math.max handles NaN and infinities.
      const kept = 0.5 * (value + Math.abs(value));
      data[i] = kept < Infinity ? kept : Math.max(value, 0);
    }
    return { shape: x.shape, data };
  },
  worstCase: (_, [error]) => flushed(error),
  macs: () => 0,
  field: (_, input) => input,
  narrowed: (node) => node,
  fused: true,
  counted: 'rectifier',
};
