import { nchw, type Shape, type Tensor } from '../tensor.ts';
import type { Inputs, Named } from './operator.ts';

/** x·scale + shift, per channel of an NCHW tensor. */
export function affine(x: Tensor, scale: Float64Array, shift: Float64Array): Tensor {
  const [n, c, h, w] = nchw(x.shape);
  const data = new Float64Array(x.data.length);
  const area = h * w;
  for (let plane = 0; plane < n * c; plane++) {
    const gain = scale[plane % c] as number;
    const offset = shift[plane % c] as number;
    for (let i = plane * area; i < (plane + 1) * area; i++) data[i] = (x.data[i] as number) * gain + offset;
  }
  return { shape: x.shape, data };
}

/** Converts the index of a value in an NCHW tensor to its channel. */
export function channelOf(x: Tensor, channels: number): (index: number) => number {
  const area = x.data.length / ((x.shape[0] ?? 1) * channels);
  return (index) => Math.floor(index / area) % channels;
}

/** The shape of an image that has as many channels as the node has constants. Throws on any other. */
export function sameChannels(node: Named<{ channels: number }>, [first]: Inputs<Shape>): Shape {
  if (nchw(first)[1] !== node.channels) throw new Error(`${node.name}: expects ${node.channels} channels`);
  return [...first];
}

/** The node for images of at most this many channels. */
export const fewerChannels = <O extends { channels: number }>(node: O, channels: number): O => ({
  ...node,
  channels: Math.min(node.channels, channels),
});
