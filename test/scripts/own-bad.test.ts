import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Chunk, message } from '../../reference/formats/onnx/protobuf-write.ts';
import { runPlan } from '../../suites/engine/run-plan.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { planRun } from '../../suites/plan/plan.ts';
import { external, file, floats, graph, node, some, tensor, value } from '../reference/formats/onnxfile.ts';
import { checkpoint, folder, json, onnx, put, shard, weightsManifest } from './ownfiles.ts';
import { errorsOf, runCli } from './run.ts';

const placed = (place: { [key: string]: string }) => graph(external('w', [3, 2, 1, 1], place), node('Conv x,w > y'));
const weighted = (weight: Chunk[]) => graph(weight, node('Conv x,w > y'));
beforeAll(() => {
  put('secret.bin', new Uint8Array(24));
  mkdirSync(join(folder, 'linked'));
  symlinkSync(join(folder, 'secret.bin'), join(folder, 'linked', 'w.bin'));
});

const at = (name: string) => () => join(folder, name);
const manifest = (paths: string[]) => JSON.stringify({ ...json, weightsManifest: weightsManifest(paths) });

/** Runs the command line with `--model` and queries, on a backend whose browser is missing: that is checked later. */
async function attempt(word: string, queries: readonly string[], out: string, log: (line: string) => void) {
  const plan = await planRun({ queries, files: word.split(','), backends: ['ort-web/wasm'] });
  await runPlan(plan, {
    seed: 0,
    out,
    browser: '/nowhere',
    command: [],
    resumed: undefined,
    log,
    onProgress: () => {},
    onPhase: () => {},
    signal: new AbortController().signal,
    lifetime: lifetime(),
  });
}

describe('a model of one’s own that is bad: one clear line, exit code 2, nothing run or written', {
  timeout: 60_000,
}, () => {
  it.each<[string, () => string, string, string[]?]>([
    ['a missing file', at('nowhere.onnx'), 'nowhere.onnx (ENOENT)'],
    ['a folder without a model', at('linked'), 'model.json (ENOENT)'],
    ['an unknown type', () => put('net.h5', 'x'), 'net.h5: not a type of file that is known: .onnx, '],
    ['a checkpoint alone', at('good/weights.safetensors'), 'holds weights alone: write ARCHITECTURE='],
    [
      'an unknown architecture',
      () => `resnet9=${join(folder, 'good/weights.safetensors')}`,
      "unknown architecture 'resnet9': did you mean 'resnet8'?",
    ],
    [
      'an architecture for what has one',
      () => `resnet8=${join(folder, 'good/net.onnx')}`,
      'holds its own architecture',
    ],
    [
      'two of one name',
      () => `${join(folder, 'good/net.onnx')},${put('other/net.onnx', onnx)}`,
      "two models are named 'net.user': rename a file",
    ],
    [
      'ONNX that is cut short',
      () => put('short.onnx', onnx.subarray(0, onnx.length / 2)),
      'short.onnx: the protocol buffer is cut short',
    ],
    ['no ONNX at all', () => put('page.onnx', '<!doctype html>'), 'page.onnx: no protocol buffer'],
    [
      'an absurd length',
      () => put('absurd.onnx', Uint8Array.of(58, 255, 255, 255, 255, 15)),
      'absurd.onnx: the protocol buffer is cut short: field 7 claims 4294967295 bytes',
    ],
    [
      'too few bytes for a shape',
      () => put('few.onnx', weighted(message(5, tensor('w', [3, 2, 1, 1], 1, message(9, [new Uint8Array(20)]))))),
      "few.onnx: tensor 'w': its shape [3,2,1,1] needs 24 bytes, but it has 20",
    ],
    [
      'float16',
      () => put('half.onnx', weighted(message(5, tensor('w', [3, 2, 1, 1], 10, message(9, [new Uint8Array(12)]))))),
      "half.onnx: tensor 'w': it is FLOAT16: only float32",
    ],
    [
      'NaN in ONNX',
      () => put('nan.onnx', weighted(floats('w', [3, 2, 1, 1], some(6).fill(Number.NaN, 4)))),
      "nan.onnx: node 'the y' (Conv): tensor 'w': 2 of 6 values are NaN or infinite",
    ],
    [
      'a cycle',
      () => put('cycle.onnx', graph(node('Add x,z > y'), node('Relu y > z'))),
      "cycle.onnx: node 'the y' (Add): it reads 'z'",
    ],
    [
      'two inputs',
      () => put('two.onnx', file([value(11, 'x', [1, 2, 4, 4]), value(11, 'z', [1, 2, 4, 4]), value(12, 'y', [1])])),
      'two.onnx: it has 2 inputs (x, z)',
    ],
    [
      'an unsupported operator',
      () => put('clip.onnx', graph(node('Clip x > y'))),
      "clip.onnx: node 'the y' (Clip): this operator is not supported",
    ],
    [
      'another size',
      at('good/net.onnx'),
      "net.onnx fixes the size of 'net.user' to 32: write that, or leave it open",
      ['*:*:*:*:64'],
    ],
    ['another batch', at('good/net.onnx'), "net.onnx fixes the batch of 'net.user' to b1", ['*:net.user:*:b2']],
    ['another precision', at('good/net.onnx'), "'net.user' runs as its file has it, in fp32", ['*:net.user:fp32-bn']],
    [
      'external data at an absolute path',
      () => put('ext/absolute.onnx', placed({ location: join(folder, 'secret.bin') })),
      'outside of its folder: only files in there are read',
    ],
    [
      'external data up the tree',
      () => put('ext/up.onnx', placed({ location: 'a/../../secret.bin' })),
      "up.onnx refers to 'a/../../secret.bin', outside of its folder",
    ],
    [
      'external data over a link',
      () => put('linked/link.onnx', placed({ location: 'w.bin' })),
      "link.onnx refers to 'w.bin', outside of its folder",
    ],
    [
      'external data that is missing',
      () => put('ext/gone.onnx', placed({ location: 'gone.bin' })),
      "gone.onnx refers to 'gone.bin', which is not in its folder",
    ],
    [
      'external data beyond its file',
      () => {
        put('far/w.bin', new Uint8Array(24));
        return put('far/far.onnx', placed({ location: 'w.bin', offset: '8', length: '24' }));
      },
      "far.onnx: tensor 'w': it lies at 8 to 32 of 'w.bin', which has 24 bytes",
    ],
    [
      'a shard up the tree',
      () => put('up/model.json', manifest(['../good/tfjs/x.bin'])),
      "model.json refers to '../good/tfjs/x.bin', outside of its folder",
    ],
    [
      'a shard that is missing',
      () => put('bare/model.json', manifest(['shard.bin'])),
      "model.json refers to 'shard.bin', which is not in its folder",
    ],
    [
      'a shard that is short',
      () => {
        put('part/shard.bin', shard.subarray(0, 1000));
        return put('part/model.json', manifest(['shard.bin']));
      },
      'bytes, but its files have',
    ],
    ['JSON that is none', () => put('text/model.json', 'model'), 'model.json: it is not JSON'],
    [
      'NaN in safetensors',
      () =>
        `resnet8=${put(
          'nan.safetensors',
          checkpoint((t) => t.get('conv2d.weight')?.data.fill(Number.NaN, 0, 3)),
        )}`,
      'NaN or infinite: conv2d.weight (3 of 432 values)',
    ],
    [
      'a variance below 0 in safetensors',
      () =>
        `resnet8=${put(
          'variance.safetensors',
          checkpoint((t) => t.get('batch_normalization.running_var')?.data.fill(-1, 0, 3)),
        )}`,
      "variance.safetensors: the checkpoint does not fit resnet8: undefined: 3 of 16 variances in 'batch_normalization.running_var' are below 0",
    ],
    [
      'a checkpoint that does not fit',
      () =>
        `resnet8=${put(
          'misfit.safetensors',
          checkpoint((t) => {
            t.delete('dense.bias');
            t.set('head', { shape: [1], data: some(1) });
            t.set('dense.weight', { shape: [5, 2], data: some(10) });
          }),
        )}`,
      'misfit.safetensors: the checkpoint does not fit resnet8: missing: dense.bias; extra: head; misshapen: dense.weight is [5,2] instead of [10,64]',
    ],
    [
      'a pickle that runs code',
      () => `resnet8=${put('evil.pth', Buffer.from('\x80\x02cos\nsystem\n', 'latin1'))}`,
      'evil.pth: the file is no checkpoint',
    ],
    [
      'a model that was not given',
      at('good/net.onnx'),
      "'nat.user' is a custom model: give its file with --model",
      ['*:nat.user'],
    ],
  ])('%s', async (_, word, expected, queries = []) => {
    const out = join(folder, 'out');
    const said: string[] = [];
    const error = await attempt(word(), queries, out, (line) => said.push(line)).then(
      () => undefined,
      (reason: Error) => reason,
    );
    // A plain Error is intended. A TypeError or RangeError would mean a missing check.
    expect(error?.name).toBe('Error');
    expect(error?.message).toContain(expected);
    expect(error?.message.split('\n')).toHaveLength(1);
    expect(said).toEqual([]);
    expect(existsSync(out)).toBe(false);
  });

  it('from the command line: one line, exit code 2, nothing printed or written', async () => {
    const out = join(folder, 'out');
    const { code, err, out: printed } = await runCli(['bench', '--model', put('cli.onnx', 'x'), '--out', out], folder);
    expect(errorsOf(err)).toEqual([expect.stringContaining('cli.onnx: the protocol buffer is cut short')]);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect([code, printed, existsSync(out)]).toEqual([2, '', false]);
  });
});
