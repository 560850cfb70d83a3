import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { machineMemory } from '../../suites/engine/machine-memory.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import { checkModels, readOwnModels } from '../../suites/plan/own.ts';
import { external, file, floats, graph, node, some, value } from '../reference/formats/onnxfile.ts';
import { folder, json, put, shard, weightsManifest } from './ownfiles.ts';

const manifest = (paths: string[]) => JSON.stringify({ ...json, weightsManifest: weightsManifest(paths) });
const weighted = (location: string) => graph(external('w', [3, 2, 1, 1], { location }), node('Conv x,w > y'));

/** A network that takes any batch and size. */
const open = file([
  value(11, 'x', ['n', 3, 'h', 'w']),
  node('GlobalAveragePool x > p'),
  node('Flatten p > f'),
  value(12, 'f', ['n', 3]),
]);

/** What the command line says of a model and a case, in one short line; undefined where nothing. */
async function said(path: string, batch: number, size: number): Promise<string | undefined> {
  try {
    const own = await readOwnModels([path]);
    await checkModels(
      [parseCell(`conformance:${own[0]?.id}:fp32:b${batch}:${size}:ort-node/cpu`)],
      own,
      machineMemory(),
    );
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    expect([name, message.split('\n').length]).toEqual(['Error', 1]);
    expect(message.length).toBeLessThanOrEqual(500);
    return message;
  }
}

describe('a model of one’s own that asks for much, or for what no page can have', () => {
  it.each<[string, () => string, string, number?, number?]>([
    [
      'one shard that is named 3,000 times',
      () => {
        put('again/shard.bin', shard);
        return put('again/model.json', manifest(new Array<string>(3000).fill('shard.bin')));
      },
      "model.json: it names the weight file 'shard.bin' more than once",
    ],
    [
      'one shard by two links',
      () => {
        for (const name of ['a.bin', 'b.bin'])
          symlinkSync('shard.bin', join(dirname(put('links/shard.bin', shard)), name));
        return put('links/model.json', manifest(['a.bin', 'b.bin']));
      },
      "model.json refers to one file as 'a.bin' and as 'b.bin'",
    ],
    [
      'a shard that a page cannot ask for',
      () => put('odd/model.json', manifest(['sub//shard #1.bin'])),
      "model.json: it refers to 'sub//shard #1.bin', for which TF.js cannot ask in a page: rename that file",
    ],
    [
      'external data with a backslash',
      () => put('backslash.onnx', weighted('sub\\w.bin')),
      "backslash.onnx refers to 'sub\\w.bin': write folders with /",
    ],
    [
      'a batch that no runtime can hold',
      () => put('open.onnx', open),
      "open.onnx: its input 'x': its shape [20000000,3,64,64] has 2.46e+11 values, more than the 2147483647 of any",
      20_000_000,
      64,
    ],
    [
      'a name of 2 MB',
      () => put('long.onnx', graph(node(`Clip x > ${'n'.repeat(2_000_000)}`))),
      "long.onnx: node 'the nnn",
    ],
    ['a file’s name of 2 MB', () => put('far.onnx', weighted('n'.repeat(2_000_000))), "far.onnx refers to 'nnn"],
  ])('%s', async (_, path, expected, batch = 1, size = 4) => {
    expect(await said(path(), batch, size)).toContain(expected);
  });

  it('is read where its external data is written in other ways, once', async () => {
    put('sub/w.bin', new Uint8Array(some(6).buffer));
    const path = put(
      'spelled.onnx',
      graph(
        external('w', [3, 2, 1, 1], { location: './sub//w.bin' }),
        external('v', [3, 2, 1, 1], { location: 'sub/w.bin' }),
        floats('b', [3], some(3)),
        node('Conv x,w,b > y'),
      ),
    );
    const [own] = await readOwnModels([path]);
    expect(own?.files.map(({ name }) => name)).toEqual(['spelled.onnx', './sub//w.bin', 'sub/w.bin']);
    expect(new Set(own?.files.map((one) => one.path)).size).toBe(2);
    expect(own?.files[1]?.path).toBe(join(folder, 'sub', 'w.bin'));
    expect(await said(path, 1, 4)).toBe(undefined);
  });
});
