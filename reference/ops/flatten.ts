import { sizeOf } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { flushed } from './rounding.ts';

/** [N, …] to [N, product of the rest]. */
type Flatten = { op: 'Flatten' };

export const flatten: Operator<Flatten> = {
  shape: (_, [first]) => [first[0] ?? 1, sizeOf(first.slice(1))],
  parameters: () => [],
  forward: (_, [x], __, shape) => ({ shape, data: x.data }),
  worstCase: (_, [error]) => flushed(error),
  macs: () => 0,
  field: (_, input) => input,
  narrowed: () => undefined,
};
