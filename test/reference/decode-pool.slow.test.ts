import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeRgb } from '../../reference/datasets/decode.node.ts';
import { decodeFiles } from '../../reference/datasets/decode-pool.node.ts';
import { resizeCrop, toPlanes } from '../../reference/datasets/resize-crop.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-decode ä-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of one colour. Its neighbours have other sizes. */
async function image(i: number): Promise<string> {
  const size = { width: 5 + (i % 7) * 60, height: 9 + (i % 3) * 80 };
  const colour = { r: i, g: 255 - i, b: (i * 5) % 256 };
  const path = join(folder, `${i} é.JPEG`);
  await sharp({ create: { ...size, channels: 3, background: colour } })
    .jpeg()
    .toFile(path);
  return path;
}

const rgbOf = (path: string) => decodeRgb(readFileSync(path));

const HOW = { shorterSide: 16, crop: 12, interpolation: 'bilinear' } as const;
const paths = await Promise.all(Array.from({ length: 40 }, (_, i) => image(i)));
const expected = await Promise.all(paths.map(async (path) => resizeCrop(await rgbOf(path), HOW)));

async function all(from: readonly string[], how: Parameters<typeof decodeFiles>[1], threads: number) {
  const found = [];
  for await (const decoded of decodeFiles(from, how, { threads })) found.push(decoded);
  return found;
}

describe('decodeFiles', () => {
  it.each([1, 3])('gives the images in the order of their paths, in %i processes', async (threads) => {
    const found = await all(paths, HOW, threads);
    expect(found).toEqual(expected.map((pixels, index) => ({ index, pixels, width: 12, height: 12 })));
  });

  it('leaves images in their own size', async () => {
    const [path = ''] = paths;
    const rgb = await rgbOf(path);
    expect(await all([path], undefined, 1)).toEqual([
      { index: 0, pixels: toPlanes(rgb), width: rgb.width, height: rgb.height },
    ]);
  });

  it('names what is wrong with a file, and goes on', async () => {
    const [good = ''] = paths;
    writeFileSync(join(folder, 'text.JPEG'), 'text');
    writeFileSync(join(folder, 'empty.JPEG'), '');
    const bad = ['text.JPEG', 'empty.JPEG', 'none.JPEG', '.'].map((name) => join(folder, name));
    const found = await all([good, ...bad, good], HOW, 2);
    expect(found.map((one) => ('error' in one ? one.error : one.pixels.length))).toEqual([
      432,
      'this is not a JPEG, PNG or WebP image',
      'the file is empty',
      expect.stringMatching(/^ENOENT: /),
      'this is not a file',
      432,
    ]);
  });

  it('gives nothing for no files', async () => expect(await all([], HOW, 2)).toEqual([]));

  it('ends its processes where the caller stops early', async () => {
    // A bundler's process may be there.
    const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    const before = processes();
    const seen: number[] = [];
    for await (const { index } of decodeFiles(paths, HOW, { threads: 2 })) {
      seen.push(index);
      if (index === 2) break;
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(processes()).toBe(before);
  });

  it('runs from built files, in Node alone', { timeout: 60_000 }, async () => {
    const out = join(folder, 'built');
    mkdirSync(out);
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'), 'junction');
    const from = 'reference/datasets';
    const entryPoints = {
      'decode-worker': `${from}/decode-worker.node.ts`,
      pool: `${from}/decode-pool.node.ts`,
    };
    await build({ entryPoints, outdir: out, bundle: true, packages: 'external', format: 'esm', platform: 'node' });
    writeFileSync(join(out, 'package.json'), '{ "type": "module" }');
    const script = `import { decodeFiles } from ${JSON.stringify(pathToFileURL(join(out, 'pool.js')).href)};
      const lengths = [];
      for await (const one of decodeFiles(${JSON.stringify(paths)}, ${JSON.stringify(HOW)}, { threads: 2 }))
        lengths.push(one.pixels.length);
      console.log(JSON.stringify(lengths));`;
    const { NODE_OPTIONS: _, ...env } = process.env;
    const call = promisify(execFile);
    const { stdout } = await call(process.execPath, ['--input-type=module', '-e', script], { env });
    expect(JSON.parse(stdout)).toEqual(expected.map(({ length }) => length));
  });

  it.each([
    [
      'gives up the file of a process that ends, and goes on with another process',
      `process.on('message', ({ index, path }) => (path === 'end' ? process.exit(3) : process.send({ index })));
      process.send('ready');`,
      '0,1 its decoder ended: exit code 3,2,3 its decoder ended: exit code 3,4',
    ],
    ['throws where a process cannot start', "throw new Error('no sharp');", 'no sharp'],
  ])('%s', { timeout: 60_000 }, async (_, worker, expected) => {
    const out = mkdtempSync(join(folder, 'faulty-'));
    const entryPoints = { pool: 'reference/datasets/decode-pool.node.ts' };
    await build({ entryPoints, outdir: out, bundle: true, packages: 'external', format: 'esm', platform: 'node' });
    writeFileSync(join(out, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(out, 'decode-worker.js'), worker);
    const script = `import { decodeFiles } from ${JSON.stringify(pathToFileURL(join(out, 'pool.js')).href)};
      const said = [];
      try {
        for await (const { index, error } of decodeFiles(['a', 'end', 'b', 'end', 'c'], undefined, { threads: 2 }))
          said.push(error === undefined ? index : index + ' ' + error);
      } catch (error) {
        said.push(error.message);
      }
      console.log(said.join());`;
    const { NODE_OPTIONS: __, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    expect(stdout.trim()).toMatch(new RegExp(`${expected}$`));
  });
});
