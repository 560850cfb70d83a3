import { describe, expect, it } from 'vitest';
import { encodeFloats } from '../../../reference/float32.ts';
import { findBackend } from '../../../suites/backends/backends.ts';
import type { BackendRow } from '../../../suites/contract/backend.ts';
import type { FuzzNetwork, PlayJob } from '../../../suites/contract/play.ts';
import type { Place } from '../../../suites/engine/hosts.ts';
import { campaign, isClean } from '../../../suites/fuzz/campaign.ts';
import { networks } from '../../../suites/fuzz/generate.ts';
import { phaseOf } from '../../../suites/fuzz/play.ts';
import { player } from '../../../suites/fuzz/player.ts';
import { DEFECTS, type Defect } from '../../saboteur.ts';
import { playing, right } from './planted.ts';

const row = findBackend('ort-node/cpu') as BackendRow;

/** A host whose process ends at the network of which `crashes` says so. */
function crashing(crashes: (network: FuzzNetwork) => boolean): Place {
  const facts = { processes: [], cycles: [], secondPage: null };
  const run = async (job: PlayJob, _: number, onPhase: (phase: string) => void) => {
    for (const [index, network] of job.networks.entries()) {
      onPhase(phaseOf(index));
      if (crashes(network)) return { kind: 'crash', reason: 'the process ended', phase: phaseOf(index) } as const;
    }
    const played = job.networks.map(({ values }) => ({ outputs: [encodeFloats([values.seed % 1024])] }));
    const placement = { device: 'cpu', proof: 'none', nodes: {}, notes: [] };
    return { kind: 'reply', reply: { placement, played }, facts, phase: '' } as const;
  };
  return { host: { run: run as never, close: async () => {} }, locate: (path) => path };
}

describe('a player', () => {
  const source = networks(9);
  const list = Array.from({ length: 12 }, () => source.next().value as FuzzNetwork);

  it('blames a crash on the network in work, and runs the others in other processes', async () => {
    const bad = [list[3], list[4], list[11]];
    const outcomes = await player(
      row,
      crashing((one) => bad.some((network) => network?.values.seed === one.values.seed)),
    )(list, {
      alive: 1,
      budgetMs: 10_000,
    });
    expect(outcomes.map(({ kind }) => kind)).toEqual(list.map((one) => (bad.includes(one) ? 'crash' : 'outputs')));
    for (const [i, outcome] of outcomes.entries())
      if (outcome.kind === 'outputs') expect(outcome.outputs[0]?.[0]).toBe((list[i]?.values.seed ?? 0) % 1024);
  });

  it('stops after a few crashes, and loses what they took along', async () => {
    let first = true;
    const always = crashing(() => {
      const spared = first;
      first = false;
      return !spared;
    });
    const outcomes = await player(row, always)(list, { alive: 1, budgetMs: 10_000 });
    // The first one ran, but was lost when the second crashed, and then crashed itself.
    expect(outcomes.map(({ kind }) => kind)).toEqual(['crash', 'crash', 'crash', 'crash', 'crash']);
  });

  it('throws where the backend does not start', async () => {
    const host = {
      run: async () => ({ kind: 'crash', reason: 'no such browser', phase: 'launch' }),
      close: async () => {},
    };
    const place = { host: host as never, locate: (path: string) => path };
    await expect(player(row, place)(list, { alive: 1, budgetMs: 100 })).rejects.toThrow(
      'ort-node/cpu: no such browser',
    );
  });
});

describe('a campaign', { timeout: 60_000 }, () => {
  const swapped = DEFECTS['swapped channels'] as Defect;
  const amount = { seconds: 40, most: 300, seed: 3 };
  const chunk = { count: 100, budgetMs: 10_000 };

  it('counts what it played, and finds a planted defect', async () => {
    const play = playing((node) => node.op === 'LayerNormalization', swapped);
    const playOn = (one: BackendRow) => (one.id === row.id ? play : right);
    const report = await campaign({ row, playOn, known: () => undefined }, amount, chunk, () => {});
    expect(report.found.map(({ defect }) => [defect.standing, defect.key])).toEqual([['defect', 'LayerNormalization']]);
    expect(report.coverage.get('batches')?.size).toBe(5);
    const failed = [...report.rest.unexamined.values(), ...report.found.map(({ count }) => count)];
    expect(report.played).toBe(300);
    expect(report.right + failed.reduce((sum, count) => sum + count, 0)).toBe(300);
  });

  it('examines one failure that a known defect explains, and is clean where all are', async () => {
    const play = playing((node) => node.op === 'LayerNormalization', swapped);
    const playOn = (one: BackendRow) => (one.id === row.id ? play : right);
    const known = ({ nodes }: FuzzNetwork) =>
      nodes.some(({ op }) => op === 'LayerNormalization') ? 'swaps channels' : undefined;
    const report = await campaign({ row, playOn, known }, { ...amount, most: 100 }, chunk, () => {});
    expect(report.found).toMatchObject([{ known: 'swaps channels', count: 1, defect: { key: 'LayerNormalization' } }]);
    expect(report.rest.unexamined.size).toBe(0);
    expect(report.right + 1 + (report.rest.known.get('swaps channels') ?? 0)).toBe(100);
    expect(isClean(report)).toBe(true);
    expect(
      isClean(await campaign({ row, playOn, known: () => undefined }, { ...amount, most: 100 }, chunk, () => {})),
    ).toBe(false);
  });

  it('finds nothing where nothing is wrong, and says what is not supported', async () => {
    const lacks = (network: FuzzNetwork) => network.nodes.some(({ op }) => op === 'Gelu');
    const report = await campaign(
      {
        row,
        known: () => undefined,
        playOn: () => async (list, play) => {
          const outcomes = await right(list, play);
          return outcomes.map((outcome, i) =>
            lacks(list[i] as FuzzNetwork)
              ? { kind: 'threw', reason: `no Erf in n${i}.erf`, fix: 'another build' }
              : outcome,
          );
        },
      },
      amount,
      chunk,
      () => {},
    );
    expect(report.found).toEqual([]);
    expect([...report.unsupported.keys()]).toEqual(['no Erf in NODE']);
    expect(report.right + (report.unsupported.get('no Erf in NODE') ?? 0)).toBe(300);
  });
});
