import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RAW } from '../../reference/datasets/preprocessing.ts';
import { findModel } from '../../reference/models/models.ts';
import { cacheFolder } from '../../reference/weights/checkpoint-files.node.ts';
import { CHECKPOINTS, type CheckpointRow, findCheckpoint } from '../../reference/weights/checkpoints.ts';
import { chooseCheckpoints, type Fetched, fetchCheckpoints } from '../../scripts/fetch.ts';
import { TORCHVISION } from '../reference/checkpoints.ts';
import { type Loopback, loopback } from '../reference/loopback.ts';

const CONTENT = randomBytes(5000);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let server: Loopback;
let folder: string;

const row = (model: string, path: string | undefined): CheckpointRow => {
  const url = path === undefined ? undefined : `${server.url}${path}`;
  const file = { name: `${model}.pth`, url, sha256: SHA256, bytes: CONTENT.length, mirror: `checkpoints/${model}.pth` };
  const trained = { dataset: 'a set', classes: 2, preprocessing: RAW, top1: 1 };
  return { model, tag: 'tag', file, licence: 'MIT', ...trained };
};
const rows = () => [row('one', '/good'), row('two', '/missing'), row('three', '/good'), row('four', undefined)];

beforeAll(async () => {
  server = await loopback({ '/good': (reply) => void reply.end(CONTENT) });
});
afterAll(() => server.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-bench-'));
  vi.stubEnv('RESNET_CACHE', folder);
  vi.stubEnv('RESNET_MIRROR', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('fetch', () => {
  const log = () => undefined;

  it('brings what was named into the cache, once', async () => {
    const told: Fetched[] = [];
    const tell = (fetched: Fetched) => void told.push(fetched);
    await fetchCheckpoints(['three.tag', 'one.tag', 'one.tag'], log, tell, rows());
    expect(told).toEqual(
      ['one', 'three'].map((name) => ({
        model: `${name}.tag`,
        path: join(cacheFolder(), `${name}.pth`),
        sha256: SHA256,
      })),
    );
    const before = server.requests();
    await fetchCheckpoints(['one.tag'], log, tell, rows());
    expect(server.requests()).toBe(before);
  });

  it('tries all, then lists what failed', async () => {
    const failed = fetchCheckpoints(['all'], log, () => undefined, rows());
    await expect(failed).rejects.toThrow(
      /^1 of 3 not fetched\ntwo\.tag: two\.pth cannot be fetched .* answers 404; connect/,
    );
    expect(readdirSync(folder).sort()).toEqual(['one.pth', 'three.pth']);
  });

  it('refuses a name before it fetches any, with the nearest', async () => {
    const before = server.requests();
    const words = ['resnet18.tv_in1k', 'resnet50.tv_in1'];
    await expect(fetchCheckpoints(words, log, () => undefined)).rejects.toThrow(
      /resnet50\.tv_in1'.*resnet50\.tv_in1k/s,
    );
    expect(server.requests()).toBe(before);
  });
});

describe('the table', () => {
  it('has each model once, each file once, of an architecture that is known', () => {
    const names = CHECKPOINTS.map(({ model, tag }) => `${model}.${tag}`);
    expect(new Set(names)).toHaveLength(names.length);
    expect(new Set(CHECKPOINTS.map(({ file }) => file.name))).toHaveLength(names.length);
    expect(CHECKPOINTS.filter(({ model }) => findModel(model) === undefined)).toEqual([]);
  });

  it.each(CHECKPOINTS)('$file.name can be checked', ({ file }) => {
    expect(file.sha256).toMatch(/^([0-9a-f]{8}|[0-9a-f]{64})$/);
    expect(file.name).toMatch(/^[\w.-]+$/);
    if (file.url !== undefined) expect(file.url).toMatch(/^https:\/\//);
  });

  it.each(TORCHVISION)('$file.name has the length of its parameters', ({ model, tag, file }) => {
    const parameters = findModel(model)?.parameters ?? 0;
    // V1 of the Wide ResNets was stored in half precision.
    const width = tag === 'tv_in1k' && model.startsWith('wide') ? 2 : 4;
    const ratio = file.bytes / (parameters * width);
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(1.01);
  });

  it('finds a checkpoint', () => {
    expect(findCheckpoint('resnet50.tv2_in1k')?.file.url).toBe(
      'https://download.pytorch.org/models/resnet50-11ad3fa6.pth',
    );
    expect(findCheckpoint('resnet18.tv2_in1k')).toBeUndefined();
    expect(chooseCheckpoints(['all'], CHECKPOINTS)).toEqual(CHECKPOINTS.filter(({ file }) => file.url !== undefined));
  });
});
