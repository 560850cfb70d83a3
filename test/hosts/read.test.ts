import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeTools } from '../../suites/hosts/node/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a child's file", () => {
  const path = join(folder, 'ü file.bin');
  writeFileSync(path, 'weights');
  const { read } = nodeTools(join(folder, 'log'), { phase: async () => {} });
  const text = async (range?: { start: number; length: number }) => Buffer.from(await read(path, range)).toString();

  it('is read whole, or a part of it', async () => {
    expect(await text()).toBe('weights');
    expect(await text({ start: 3, length: 4 })).toBe('ghts');
  });

  it('that ends before the part does is an error', async () => {
    await expect(text({ start: 3, length: 5 })).rejects.toThrow(/ü file.bin ends before byte 8/);
  });
});
