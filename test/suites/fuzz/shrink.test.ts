import { describe, expect, it } from 'vitest';
import { findBackend } from '../../../suites/backends/backends.ts';
import type { BackendRow } from '../../../suites/contract/backend.ts';
import type { FuzzNetwork } from '../../../suites/contract/play.ts';
import { type Court, examine, failingOf, type Suspected } from '../../../suites/fuzz/examine.ts';
import { networks } from '../../../suites/fuzz/generate.ts';
import { keyOf } from '../../../suites/fuzz/key.ts';
import { refit } from '../../../suites/fuzz/network.ts';
import type { Player } from '../../../suites/fuzz/player.ts';
import { costOf, smaller, steps } from '../../../suites/fuzz/smaller.ts';
import { DEFECTS, type Defect } from '../../saboteur.ts';
import { playing, right } from './planted.ts';

const row = findBackend('ort-node/cpu') as BackendRow;

/** The first network that fails on a player. */
async function suspect(play: Player): Promise<Suspected> {
  for (const network of networks(5)) {
    const [outcome] = await play([network], { alive: 0, budgetMs: 1000 });
    const failing = outcome && failingOf(network, outcome, row);
    if (failing !== undefined && network.nodes.length > 3) return { network, failing, before: [] };
  }
  throw new Error('networks end');
}

const EFFORT = { tries: 2000, atOnce: 20, inTime: () => true };
const court = (play: Player, witness: Player): Court => ({
  row,
  known: () => undefined,
  playOn: (one) => (one.id === row.id ? play : witness),
});
const swapped = DEFECTS['swapped channels'] as Defect;

describe('shrinking', { timeout: 60_000 }, () => {
  it('finds the smallest network of a planted defect: convolutions of several groups', async () => {
    const play = playing((node) => node.op === 'Conv' && node.group > 1, swapped);
    const defect = await examine(await suspect(play), court(play, right), EFFORT);
    expect(defect).toMatchObject({
      standing: 'defect',
      minimal: true,
      key: expect.stringMatching(/^Conv 1×1 2→2 depthwise/),
    });
    expect(defect.smallest.nodes).toHaveLength(1);
    expect(defect.smallest).toMatchObject({ batch: 1, channels: 2 });
  });

  it('keeps what a defect needs: two operators, and a stride above the kernel', async () => {
    const needs = (node: FuzzNetwork['nodes'][number]) => node.op === 'Conv' && node.strides[0] > node.kernel[0];
    const play = playing(needs, DEFECTS['ReLU where none belongs'] as Defect);
    const defect = await examine(await suspect(play), court(play, right), EFFORT);
    expect(defect.key).toMatch(/^Conv 1×1 stride 2×1 1→1$/);
  });

  it('accuses nobody where the witness fails too', async () => {
    const play = playing((node) => node.op === 'Conv', swapped);
    expect(await examine(await suspect(play), court(play, play), EFFORT)).toMatchObject({ standing: 'doubtful' });
  });

  it('says so where a failure needs networks before it, and where it does not come again', async () => {
    let calls = 0;
    const broken = playing((node) => node.op === 'Conv', swapped);
    const later: Player = async (list, play) => {
      const [first, ...rest] = list;
      return first === undefined ? [] : [...(await right([first], play)), ...(await broken(rest, play))];
    };
    const found = await suspect(broken);
    const before = [found.network];
    expect(await examine({ ...found, before }, court(later, right), EFFORT)).toMatchObject({
      standing: 'state',
      before,
    });
    const once: Player = async (list, play) => (calls++ === 0 ? broken(list, play) : right(list, play));
    expect(await examine(await suspect(once), court(once, right), EFFORT)).toMatchObject({ standing: 'unrepeated' });
  });
});

describe('a smaller network', () => {
  const source = networks(3);
  const some = Array.from({ length: 100 }, () => source.next().value as FuzzNetwork);

  it('is valid and smaller', () => {
    for (const network of some)
      for (const less of smaller(network, steps(network))) {
        expect(refit(less)).toEqual(less);
        expect(costOf(less)).toBeLessThan(costOf(network));
      }
  });

  it('has its key from what is not plain', () => {
    const node = {
      op: 'Conv',
      in: 9,
      out: 8,
      kernel: [3, 3],
      strides: [1, 1],
      pads: [1, 1, 1, 1],
      group: 1,
      bias: false,
    } as const;
    const network: FuzzNetwork = {
      channels: 9,
      nodes: [
        { ...node, name: 'a', inputs: ['input'] },
        { op: 'Relu', name: 'b', inputs: ['a'] },
        { op: 'Add', name: 'c', inputs: ['b', 'a'] },
      ],
      output: 'c',
      batch: 2,
      size: 3,
      values: { kind: 'large', seed: 1 },
    };
    expect(keyOf(network)).toBe('Conv 3×3 pads 1,1,1,1 9→8 → Relu → Add(2,1), batch > 1, large values');
  });
});
