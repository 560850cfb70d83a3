import { nchw } from '../tensor.ts';
import { type Builder, tensorOf } from './builder.ts';
import { padsAround, padsTogether, spelling, type Window, withoutBorder } from './geometry.ts';
import type { Item, Value } from './values.ts';

/**
 * The maximum of each window. A border of zeros before it counts as padding where no value is below zero, as after a
 * ReLU.
 */
export function maxPool(net: Builder, name: string, item: Item | undefined, window: Window): Value {
  const lowest = -3.4e38;
  const { x, border } = withoutBorder(
    item,
    ({ fill, of }) => fill < lowest || (fill === 0 && net.madeBy(of)?.op.op === 'Relu'),
  );
  const { kernel, geometry } = window;
  const pads = padsTogether(padsAround(window, x.shape), border);
  if (pads.some((pad, i) => pad >= (kernel[i % 2] as number)))
    throw new Error(`its pads [${pads}] are wider than its window`);
  return net.add(
    name,
    { op: 'MaxPool', kernel, strides: geometry.strides, pads, ...spelling(geometry, border) },
    [x],
    {},
  );
}

/** The mean of each channel, as [N, C, 1, 1] or, where not `keep`, as [N, C]. */
export function averageAll(net: Builder, name: string, item: Item | undefined, keep: boolean): Value {
  const x = tensorOf(item);
  const pooled = net.add(name, { op: 'GlobalAveragePool' }, [x], {}, { part: keep ? undefined : 'pool' });
  return keep ? pooled : net.add(name, { op: 'Flatten' }, [pooled], {});
}

/** An average pool whose only window must be the whole image. */
export function averageWhole(net: Builder, name: string, item: Item | undefined, window: Window): Value {
  const x = tensorOf(item);
  const [, , h, w] = nchw(x.shape);
  const { kernel } = window;
  const pads = padsAround(window, x.shape);
  if (kernel[0] !== h || kernel[1] !== w || pads.some((pad) => pad > 0))
    throw new Error(
      `its window ${kernel.join('×')} is not the whole image of ${h}×${w}: only such a pool is supported`,
    );
  return averageAll(net, name, x, true);
}
