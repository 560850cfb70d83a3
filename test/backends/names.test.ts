import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../reference/evaluate.ts';
import { writeGraphModel } from '../../reference/formats/graph-model/write.ts';
import { openOnnx } from '../../reference/formats/onnx/read.ts';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { artefacts } from '../../suites/backends/tfjs.ts';
import { file, floats, node, some, value } from '../reference/formats/onnxfile.ts';

// Runtimes keep nodes and values in objects, where these names mean something already.
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

describe.each(NAMES)('a value that a file names %s', (name) => {
  const parts = [floats('k', [2, 2, 1, 1], some(4)), floats('m', [3, 2], some(6))];
  const bytes = file([
    value(11, 'x', [1, 2, 4, 4]),
    ...parts,
    node(`Conv x,k > ${name}`),
    node(`Add ${name},x > a`),
    node('GlobalAveragePool a > p'),
    node('Flatten p > f'),
    node('Gemm f,m > y', { transB: 1 }),
    value(12, 'y', [1, 3]),
  ]);
  const { graph, weights } = openOnnx('test', bytes, new Map()).at(1, 4);
  const input = seededTensor(0, 1, 2, 4);
  const expected = evaluate(graph, weights, input).get(graph.output)?.data ?? [];
  const wanted = [...graph.stages.values()];
  beforeAll(() => tf.setBackend('cpu'));

  const near = (found: ArrayLike<number>) => {
    expect(found).toHaveLength(3);
    for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i] as number, 5);
  };

  it('is computed by TF.js in our export', async () => {
    const model = await loadGraphModel({
      load: async () => artefacts(writeGraphModel(graph, weights, 4)) as tf.io.ModelArtifacts,
    });
    const image = tf.transpose(tf.tensor4d(Float32Array.from(input.data), [1, 2, 4, 4]), [0, 2, 3, 1]);
    const outputs = model.execute(image, [graph.output, ...wanted]) as tf.Tensor[];
    expect(outputs).toHaveLength(1 + wanted.length);
    near(await (outputs[0] as tf.Tensor).data());
  });

  it('is computed by ONNX Runtime in our export', async () => {
    const session = await ort.InferenceSession.create(writeOnnx(graph, weights, 1, 4));
    const { [graph.output]: output } = await session.run({
      input: new ort.Tensor('float32', Float32Array.from(input.data), [1, 2, 4, 4]),
    });
    near(output?.data as Float32Array);
    await session.release();
  });
});
