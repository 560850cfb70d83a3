import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../reference/formats/formats.ts';
import type { Graph, Node, Pads } from '../../../reference/graph.ts';
import { type AutoPad, autoPads } from '../../../reference/ops/window.ts';

const SIZE = 4;
const WINDOW = { kernel: [2, 1], strides: [2, 3] } as const;

/** A pool and a convolution with padding that is spelled as `autoPad`. */
function graphOf(autoPad: AutoPad, pads: Pads): Graph {
  const conv: Node = {
    op: 'Conv',
    name: 'conv',
    inputs: ['input'],
    in: 1,
    out: 1,
    group: 1,
    bias: false,
    ...WINDOW,
    pads,
    autoPad,
  };
  const flat: Node = { op: 'Flatten', name: 'flat', inputs: ['conv'] };
  return { name: 'padded', channels: 1, nodes: [conv, flat], output: 'flat', stages: new Map() };
}

const weights = new Map([['conv.weight', Float32Array.of(1, 2)]]);

async function written(graph: Graph): Promise<Uint8Array> {
  const { write } = await formatOf('onnx').write();
  return write(graph, weights, { batch: 1, size: SIZE, taps: [] }).main;
}

const holds = (file: Uint8Array, text: string) => Buffer.from(file).includes(text);

describe('automatic padding', () => {
  it('follows from the size: the odd row at the end or the beginning, none for a window below its stride', () => {
    expect(autoPads('SAME_UPPER', { kernel: [3, 2], strides: [2, 1] }, [4, 4])).toEqual([0, 0, 1, 1]);
    expect(autoPads('SAME_LOWER', { kernel: [3, 2], strides: [2, 1] }, [4, 4])).toEqual([1, 1, 0, 0]);
    expect(autoPads('SAME_UPPER', { kernel: [1, 1], strides: [2, 3] }, [4, 4])).toEqual([0, 0, 0, 0]);
    expect(autoPads('VALID', { kernel: [3, 3], strides: [1, 1] }, [4, 4])).toEqual([0, 0, 0, 0]);
  });

  it.each(['SAME_UPPER', 'SAME_LOWER', 'VALID'] as const)(
    'is in the file where the padding is %s’s',
    async (autoPad) => {
      const pads = autoPads(autoPad, WINDOW, [SIZE, SIZE]);
      const file = await written(graphOf(autoPad, pads));
      expect(holds(file, autoPad)).toBe(true);
      expect(holds(file, 'pads')).toBe(false);
      const { open } = await formatOf('onnx').read();
      const [conv] = open('again', file, new Map()).at(1, SIZE).graph.nodes;
      expect(conv).toMatchObject({ op: 'Conv', pads });
    },
  );

  it('is left out where the padding is another', async () => {
    const file = await written(graphOf('SAME_UPPER', [1, 0, 0, 0]));
    expect(holds(file, 'SAME_UPPER')).toBe(false);
    expect(holds(file, 'pads')).toBe(true);
  });
});
