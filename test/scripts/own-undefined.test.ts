import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { floats, graph, node, some } from '../reference/formats/onnxfile.ts';
import { folder, put } from './ownfiles.ts';
import { errorsOf, runCli } from './run.ts';

/** A batch normalisation with this variance, in one of two channels, and this epsilon. */
const normalised = (variance: number, epsilon: number) =>
  graph(
    ...['scale', 'bias', 'mean'].map((name) => floats(name, [2], some(2))),
    floats('v', [2], Float32Array.of(1, variance)),
    node('BatchNormalization x,scale,bias,mean,v > y', { epsilon: { float: epsilon } }),
  );

// Every logit of these would be NaN, and so would be the truth.
it.each([
  ['a variance below 0', 'variance.onnx', normalised(-1, 1e-5), "1 of 2 variances in 'v' are below 0"],
  ['an epsilon of NaN', 'nan.onnx', normalised(1, Number.NaN), 'its epsilon is NaN: a number of 0 or more is needed'],
])(
  '%s is one line and exit code 2, with nothing printed or written',
  { timeout: 30_000 },
  async (_, name, bytes, why) => {
    const out = join(folder, 'out');
    const ran = await runCli(['bench', '--model', put(name, bytes), '--out', out], folder);
    expect(errorsOf(ran.err)).toEqual([expect.stringContaining(`${name}: node 'the y' (BatchNormalization): ${why}`)]);
    expect(ran.err.trim().split('\n')).toHaveLength(1);
    expect([ran.code, ran.out, existsSync(out)]).toEqual([2, '', false]);
  },
);
