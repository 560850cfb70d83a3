import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WEIGHTS_FILE } from '../../reference/formats/graph-model/write.ts';
import { folder } from './ownfiles.ts';
import { runCli } from './run.ts';

const cli = (...words: string[]) => runCli(words, join(folder, 'cache'));

describe('a model of one’s own', { timeout: 120_000 }, () => {
  it('is what a wildcard means, at the batch and size of its file', async () => {
    const models = ['--model', join(folder, 'good/net.onnx'), '--model', join(folder, 'good/tfjs/model.json')];
    const words = ['bench', ...models, '--backends', 'ort-node/cpu', '--suites', 'latency,accuracy', '--list'];
    const { out } = await cli(...words);
    expect(out.trim().split('\n')).toEqual([
      'latency:net.user:fp32:b1:32:ort-node/cpu',
      'latency:tfjs.user:fp32:b1:224:ort-node/cpu',
    ]);
    const ids = ['latency:net.user:*:*:*:null', 'latency:resnet18,tfjs.user:fp32:b2:16:null'];
    expect((await cli('bench', ...ids, ...models, '--list')).out.trim().split('\n')).toEqual([
      'latency:net.user:fp32:b1:32:null',
      'latency:resnet18.live0:fp32:b2:16:null',
      'latency:tfjs.user:fp32:b2:16:null',
    ]);
  });

  it('runs from each kind of file, is right, and is named in the run with its hash', async () => {
    const out = join(folder, 'ran');
    const models = ['good/net.onnx', 'good/tfjs'].map((name) => join(folder, name)).join(',');
    const weights = `resnet8=${join(folder, 'good/weights.safetensors')}`;
    const words = ['conformance:*:*:*:32', '--model', models, '--model', weights, '--rounds', '1', '--out', out];
    const { code, out: printed } = await cli('bench', ...words, '--backends', 'ort-node/cpu,f64');
    expect(code).toBe(0);
    expect(printed).toContain('6 cells · 6 ok');
    const [path = ''] = printed.split('\n').filter((line) => line.endsWith('.jsonl'));
    const [header] = readFileSync(path, 'utf8').split('\n');
    const sha256 = (name: string) =>
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex');
    const hashed = (at: string, ...names: string[]) => names.map((name) => ({ name, sha256: sha256(join(at, name)) }));
    expect(JSON.parse(header ?? '').models).toEqual([
      { id: 'net.user', architecture: null, files: hashed('good', 'net.onnx') },
      { id: 'tfjs.user', architecture: null, files: hashed('good/tfjs', 'model.json', WEIGHTS_FILE) },
      { id: 'weights.user', architecture: 'resnet8', files: hashed('good', 'weights.safetensors') },
    ]);
    expect(readFileSync(path.replace('.jsonl', '.html'), 'utf8')).toContain(
      'resnet8<br><code>weights.safetensors</code>',
    );
  });

  it('is inspected, and located on a backend that has it right', async () => {
    const path = join(folder, 'good/net.onnx');
    expect((await cli('inspect', '--model', path)).out).toMatch(
      /^net\.user\n {2}input +1×3×32×32\n {2}parameters +78,186,/,
    );
    const id = 'conformance:net.user:fp32:b1:32:ort-node/cpu';
    const { code, out } = await cli('locate', id, '--model', path);
    expect(out).toBe('net.user on ort-node/cpu: every stage and the output are correct\n');
    expect(code).toBe(0);
  });
});
