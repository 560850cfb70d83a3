import { describe, expect, it } from 'vitest';
import { shuffled } from '../../reference/random.ts';
import { type Cell, cellId } from '../../suites/plan/cell.ts';
import { planRun } from '../../suites/plan/plan.ts';
import { sessionKey } from '../../suites/plan/session.ts';
import { cellsOfShard, isSplit, parseShard } from '../../suites/plan/shard.ts';

const whole = (await planRun({})).cells;
const shards = (cells: readonly Cell[], of: number) =>
  Array.from({ length: of }, (_, i) => cellsOfShard(cells, { index: i + 1, of }));
const ids = (cells: readonly Cell[]) => cells.map(cellId);

describe('the shards of a plan', () => {
  it.each([1, 2, 3, 4, 8])('are all of its cells, each once, but for those whose images are split: %d', (of) => {
    const parts = shards(whole, of);
    const once = ids(whole.filter((cell) => !isSplit(cell)));
    expect(parts.flatMap((cells) => ids(cells.filter((cell) => !isSplit(cell)))).sort()).toEqual(once.sort());
    for (const cells of parts) {
      expect(ids(cells.filter(isSplit))).toEqual(ids(whole.filter(isSplit)));
      // In the order of the plan.
      expect(ids(cells)).toEqual(ids(whole).filter((id) => ids(cells).includes(id)));
    }
  });

  it('keep what shares a session together, at all sizes', () => {
    const places = new Map<string, Set<number>>();
    for (const [i, cells] of shards(whole, 4).entries())
      for (const cell of cells.filter((one) => !isSplit(one))) {
        const key = sessionKey({ ...cell, size: 0 });
        places.set(key, (places.get(key) ?? new Set()).add(i));
      }
    expect([...places.values()].filter(({ size }) => size > 1)).toEqual([]);
  });

  it('do not depend on the order of the cells', () => {
    for (const seed of [1, 2, 3]) {
      const mixed = shuffled(whole, seed);
      for (const [i, cells] of shards(mixed, 3).entries())
        expect(ids(cells).sort()).toEqual(ids(shards(whole, 3)[i] ?? []).sort());
    }
  });

  it('have like shares of each backend', () => {
    const counts = shards(whole, 2).map((cells) => cells.filter(({ backend }) => backend === 'ort-web/webgpu').length);
    expect(Math.min(...counts)).toBeGreaterThan(0.3 * Math.max(...counts));
  });
});

describe('a shard', () => {
  it('is its number of how many', () => expect(parseShard('2/3')).toEqual({ index: 2, of: 3 }));

  it.each(['0/3', '4/3', 'x', '', '1', '1/0', '1/257', '1.5/3', '-1/3', '1/3/3'])('is not %j', (text) => {
    expect(() => parseShard(text)).toThrow('A shard is its number and how many there are');
  });

  it('of a plan has its cells, and the whole plan', async () => {
    const query = { queries: ['latency:resnet18,resnet34,resnet50:fp32:b1:64:ort-node/cpu'] };
    const { cells } = await planRun(query);
    const parts = await Promise.all(['1/2', '2/2'].map((shard) => planRun({ ...query, shard })));
    expect(parts.flatMap((plan) => ids(plan.cells)).sort()).toEqual(ids(cells).sort());
    for (const { part } of parts) expect(part?.whole).toEqual(cells);
    // The largest network is alone.
    expect(parts.map((plan) => plan.cells.length).sort()).toEqual([1, 2]);
  });

  it('without a cell is refused', async () => {
    const ask = { queries: ['latency:resnet18:fp32:b1:64:ort-node/cpu'] };
    await expect(planRun({ ...ask, shard: '2/2' })).rejects.toThrow('no cell is left for shard 2/2');
  });
});
