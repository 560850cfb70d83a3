import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { cacheLimit } from '../../../reference/datasets/pack-cache.node.ts';
import { ownerText, thisOwner } from '../../../reference/owner.node.ts';
import { at, lines, PIXELS, pack, packs } from './made-set.ts';

describe('the cache of packs', () => {
  const bytes = 4 * PIXELS;

  it('removes those that were not used for longest, and none that is in use', async () => {
    const made = [];
    for (const decoder of ['1', '2', '3']) made.push(await pack({ decoder }));
    const [first, second, third] = made.map(({ path }) => path);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three packs are needed');
    for (const [i, path] of [first, second, third].entries()) utimesSync(path, 1000 + i, 1000 + i);
    const size = (path: string) => readFileSync(path).length + bytes;
    vi.stubEnv('RESNET_CACHE_LIMIT', `${size(first) + size(second) + size(third)}`);
    await made[1]?.release();
    await made[2]?.release();
    // The first is the oldest, and still in use.
    await pack({ decoder: '4' });
    const names = packs();
    expect(names.includes(first.split('/').at(-1) ?? '')).toBe(true);
    expect(names.includes(second.split('/').at(-1) ?? '')).toBe(false);
    expect(names.includes(third.split('/').at(-1) ?? '')).toBe(true);
    expect(lines.some((line) => line.startsWith('Removed decoded images of '))).toBe(true);
    vi.stubEnv('RESNET_CACHE_LIMIT', `${size(first) + 300}`);
    await made[0]?.release();
    await pack({ decoder: '5' }).catch(() => {});
    expect(packs().includes(first.split('/').at(-1) ?? '')).toBe(false);
  });

  it('refuses what is larger than it may be, and what others need', async () => {
    vi.stubEnv('RESNET_CACHE_LIMIT', '100');
    await expect(pack({})).rejects.toThrow(
      'the decoded images take 0.24 kB, over the 0.1 kB that the cache may hold: set RESNET_CACHE_LIMIT to more',
    );
    vi.stubEnv('RESNET_CACHE_LIMIT', undefined);
    await pack({});
    vi.stubEnv('RESNET_CACHE_LIMIT', '300');
    await expect(pack({ decoder: '2' })).rejects.toThrow(/other runs use .* set RESNET_CACHE_LIMIT to more/);
    expect(packs()).toHaveLength(2);
  });

  it('forgets the marks of dead processes, and pixels without a description', async () => {
    const { release } = await pack({});
    await release();
    const [key = ''] = packs().map((name) => name.replace(/\..*/, ''));
    const dead = ownerText({ ...thisOwner(), start: '1' });
    writeFileSync(at('cache/packs', `${key}.7.${dead}.use`), '');
    writeFileSync(at('cache/packs', 'abc.pack'), 'left');
    vi.stubEnv('RESNET_CACHE_LIMIT', '250');
    await pack({ decoder: '2' });
    expect(packs().some((name) => name.startsWith(key) || name === 'abc.pack')).toBe(false);
  });

  it('has a limit in bytes or units', () => {
    expect(['8GB', '1.5 tb', '300', '', undefined].map(cacheLimit)).toEqual([8e9, 1.5e12, 300, 20e9, 20e9]);
    expect(() => cacheLimit('many')).toThrow("RESNET_CACHE_LIMIT is 'many': write bytes, or a size such as 8GB");
  });
});
