import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Ask, aggregate, cellId, compare, plan, readRuns, run } from '../../suites/index.ts';
import { commandOf } from '../../suites/plan/ask.ts';
import { runCli } from '../scripts/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-api-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SMALL: Ask = { queries: ['latency:resnet20.seed0:fp32:b1:32:null'], rounds: 500, samples: 3 };

describe('a plan', () => {
  it('is what the command line plans of the same', { timeout: 60_000 }, async () => {
    const asks: Ask[] = [
      {},
      { queries: ['layers:resnet20', 'latency'], models: ['resnet18', 'resnet20'], backends: ['null', 'tfjs/*'] },
      { suites: ['startup'], ioBinding: true, profile: 'full', rounds: 2, samples: 5, warmup: 1, within: 0.07 },
      { scenarios: ['offline', 'multi-stream'], backends: ['ort-node/cpu'], budgetSeconds: 1.5, aa: true },
    ];
    for (const ask of asks) {
      const { cells } = await plan(ask);
      const { out } = await runCli(['bench', ...commandOf(ask), '--list', '--json'], folder);
      expect(JSON.parse(out)).toEqual(cells.map(cellId));
    }
    const words = asks.map((ask) => commandOf(ask).join(' '));
    expect(words[2]).toBe('--suites startup --io-binding --profile full --rounds 2 --within 7% --samples 5 --warmup 1');
    expect(words[3]).toBe('--backends ort-node/cpu --scenario offline,multi-stream --budget 1.5 --aa');
  });

  it.each<[string, object, string]>([
    ['an unknown model', { models: ['resnet51'] }, "unknown model 'resnet51': did you mean 'resnet50'?"],
    ['an unknown profile', { profile: 'quik' }, "unknown profile 'quik': did you mean 'quick'?"],
    ['an unknown scenario', { scenarios: ['ofline'] }, "unknown scenario 'ofline': did you mean 'offline'?"],
    ['half a round', { rounds: 1.5 }, 'ask.rounds: '],
    ['no samples', { samples: 0 }, 'ask.samples: '],
    ['per cent instead of a share', { within: 2 }, 'ask.within: '],
    ['a budget without end', { budgetSeconds: Number.POSITIVE_INFINITY }, 'ask.budgetSeconds: '],
    ['one query that is no list', { queries: 'latency' }, 'ask.queries: '],
    ['a member that is none', { query: ['latency'] }, 'ask: Unrecognized key: "query"'],
  ])('refuses %s in one line', async (_, ask, message) => {
    const error = await plan(ask).catch((reason: Error) => reason);
    if (!(error instanceof Error)) throw new Error('it was planned');
    expect(error.message).toContain(message);
    expect(error.message.split('\n')).toHaveLength(1);
  });
});

describe('a run', { timeout: 60_000 }, () => {
  it('ends by its signal with what was measured, goes on, and says nothing', async () => {
    const written = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    const before = { ...process.env };
    const wanted = await plan(SMALL);
    const out = join(folder, 'out');
    const stopped = async (resume: string | undefined, until: number) => {
      const stop = new AbortController();
      const onProgress = ({ round }: { round: number }) => round >= until && stop.abort();
      return run(wanted, { out, resume, seed: resume === undefined ? 7 : undefined, signal: stop.signal, onProgress });
    };
    const first = await stopped(undefined, 2);
    expect(first).toEqual({ paths: [expect.stringContaining(out)], interrupted: true });
    const base = readRuns(first.paths, () => {});
    expect(base.records.map(({ round }) => round)).toEqual([0, 1]);
    expect(base.header).toMatchObject({ seed: 7, command: [...commandOf(SMALL), '--seed', '7'] });
    expect(base.end).toBeDefined();
    const second = await stopped(first.paths[0], 4);
    expect(second).toEqual(first);
    const head = readRuns(first.paths, () => {});
    expect(head.records.map(({ round }) => round)).toEqual([0, 1, 2, 3]);
    expect(aggregate(head).rows.map(({ status, rounds }) => [status, rounds])).toEqual([['ok', 4]]);
    expect(compare(base, head, 0.03).changes).toHaveLength(1);
    expect(process.env).toEqual(before);
    for (const stream of written) expect(stream).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('that is aborted before it begins leaves nothing', async () => {
    const out = join(folder, 'never', 'deep');
    const done = await run(await plan(SMALL), { out, signal: AbortSignal.abort() });
    expect(done).toEqual({ paths: [], interrupted: true });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  it('of another plan does not go on, nor one with half a seed', async () => {
    const { paths } = await run(await plan({ ...SMALL, rounds: 1 }), { out: join(folder, 'other') });
    await expect(run(await plan(SMALL), { out: '', resume: paths[0] })).rejects.toThrow(
      'its rounds 1 is another now 500',
    );
    await expect(run(await plan(SMALL), { out: join(folder, 'half'), seed: 0.5 })).rejects.toThrow('seed: 0.5 is no');
    expect(existsSync(join(folder, 'half'))).toBe(false);
  });
});
