import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeGraphModel } from '../../reference/formats/graph-model/write.ts';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { INPUT, type Op } from '../../reference/graph.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { isRight, judge } from '../../reference/judge/verdict.ts';
import { channelsFirst, swapInner } from '../../reference/layout.ts';
import { OPERATORS } from '../../reference/ops/operators.ts';
import { cutAt } from '../../reference/passes/cut.ts';
import { nchw } from '../../reference/tensor.ts';
import { artefacts } from '../../suites/backends/tfjs.ts';
import { type Case, randomCase } from '../reference/formats/randomgraphs.ts';

// Runtimes that have nothing to do with this project compute what is exported, whatever it is and is called.

const KINDS = Object.keys(OPERATORS) as Op['op'][];
const SEEDS = 200;

/** The values of a case's output, as [N, C, …]. */
type Run = (one: Case) => Promise<ArrayLike<number>>;

const onnxRuntime: Run = async ({ graph, weights, input }) => {
  const [batch, , size] = nchw(input.shape);
  const session = await ort.InferenceSession.create(writeOnnx(graph, weights, batch, size));
  const feed = new ort.Tensor('float32', Float32Array.from(input.data), input.shape);
  const { [graph.output]: output } = await session.run({ [INPUT]: feed });
  await session.release();
  return output?.data as Float32Array;
};

const tensorflow: Run = async ({ graph, weights, input }) => {
  const [n, c, h, w] = nchw(input.shape);
  const files = artefacts(writeGraphModel(graph, weights, h)) as tf.io.ModelArtifacts;
  const model = await loadGraphModel({ load: async () => files });
  const image = swapInner(input.data, { n, outer: c, inner: h * w }, new Float32Array(input.data.length));
  const output = model.execute(tf.tensor4d(image, [n, h, w, c]), graph.output) as tf.Tensor;
  const [batch = 1, height = 1, width = 1, channels = 1] = output.shape;
  const values = await output.data();
  if (output.rank !== 4) return values;
  return channelsFirst(values, [batch, channels, height, width], true);
};

describe.each([
  ['ONNX Runtime', onnxRuntime],
  ['TF.js', tensorflow],
])('%s', { timeout: 60_000 }, (_, run) => {
  beforeAll(() => tf.setBackend('cpu'));

  it('computes exports of any operators, shapes and names', async () => {
    const faults: string[] = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      const { graph: whole, weights, input } = randomCase(seed, KINDS, 6);
      const graph = cutAt(whole, whole.output);
      const text = `seed ${seed}: ${graph.nodes.map(({ name, op }) => `${name.slice(0, 20)} (${op})`).join(', ')}`;
      const exact = truth({ graph, weights, input }, new Map([['output', graph.output]]), FLOAT32).get('output');
      if (exact === undefined) throw new Error('nothing was computed');
      try {
        // Each value by itself: norms of the whole say nothing about what is exported.
        const verdict = judge(await run({ graph, weights, input }), { ...exact, limits: undefined });
        if (!isRight(verdict)) faults.push(`${text}: ${verdict.ratio}`);
      } catch (error) {
        faults.push(`${text}: ${(error as Error).message.split('\n')[0]}`);
      }
    }
    expect(faults).toEqual([]);
  });
});
