import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../reference/models/load.ts';
import { ROOT } from '../../suites/hosts/bundle.ts';
import type { Outcome } from './attempt.ts';
import { campaign } from './campaign.ts';
import { CLAIMS, claimText, isTrue } from './claims.ts';
import { float32 } from './judging.ts';
import { KINDS } from './kinds.ts';
import { bfloat16, float16 } from './mutation.ts';
import { propagate, subjectOf } from './network.ts';
import { isCaught, scoresOf, scoreTable } from './score.ts';

const subject = subjectOf('opgrid.live0', loadModel('opgrid.live0', undefined), 37);
const plan = { kinds: KINDS, share: 1, seed: 1 };
const { outcomes, alarms } = campaign(subject, plan, () => {});
const of = (what: string | RegExp) => outcomes.filter((one) => one.what.match(what));

describe('mutants', { timeout: 60_000 }, () => {
  it('are of every kind, at every node but those that only rename values', () => {
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(KINDS.map(({ id }) => id)));
    const nodes = subject.graph.nodes.filter(({ op }) => op !== 'Flatten').map(({ name }) => name);
    expect([...new Set(outcomes.map(({ node }) => node))]).toEqual(nodes);
  });

  it('are the same for the same seed, and others for another', () => {
    const few = { ...plan, share: 0.2 };
    const again = campaign(subject, few, () => {}).outcomes;
    expect(campaign(subject, few, () => {}).outcomes).toEqual(again);
    expect(campaign(subject, { ...few, seed: 2 }, () => {}).outcomes).not.toEqual(again);
  });

  it('are evaluated many at once as they are one by one, bit for bit, and the clean output changes nothing', () => {
    const [{ single }] = subject.evaluations;
    const [node] = subject.graph.nodes;
    const clean = node && single.get(node.name);
    if (node === undefined || clean === undefined) throw new Error('no node');
    const outputs = [1, 1.5, 0.5].map((factor) => ({ ...clean, data: clean.data.map((x) => Math.fround(x * factor)) }));
    const together = propagate(subject, single, { node, outputs }, float32);
    const apart = outputs.map((output) => propagate(subject, single, { node, outputs: [output] }, float32)[0]);
    expect(together.map((taps) => taps.size)).toEqual([0, 3, 3]);
    expect(together).toEqual(apart);
  });

  it('leave what is right unaccused', () => expect(alarms).toEqual([]));

  it('that move a logit by more than 1e-4 of the largest are caught', () => {
    const [claim] = CLAIMS;
    if (claim === undefined) throw new Error('no claim');
    expect(outcomes.filter(claim.of).length).toBeGreaterThan(300);
    expect(claimText(claim, outcomes)).toContain('yes  100 % (with');
  });

  it('of gross kinds are caught by the node that they are in', () => {
    for (const what of [/^stale/, /^all biases/, /^every group/, /^weights transposed/, /^ReLU missing/])
      for (const one of of(what)) expect(one.equivalent || one.located, `${one.node} ${one.what}`).toBe(true);
  });

  it('that compute the same are proven to', () => {
    // A ReLU that is clamped above its values; and a ReLU after values that are positive already.
    const clamped = of('clamped at 6');
    expect(clamped.filter(({ equivalent }) => equivalent).length).toBeGreaterThan(0);
    const after = of('extra ReLU').filter(({ node }) =>
      subject.graph.nodes.some(({ op, inputs }) => op === 'Relu' && inputs[0] === node),
    );
    expect(after.length).toBeGreaterThan(0);
    // It changes no tap, but the node alone shows it.
    for (const one of after) expect([one.byNetwork, one.byNode > 0 || one.equivalent, one.moved]).toEqual([0, true, 0]);
    for (const one of outcomes) expect(one.equivalent && isCaught(one)).toBe(false);
  });
});

describe('number formats', () => {
  it('round as hardware does, denormals included', () => {
    expect([1 + 2 ** -11.5, 2 ** -24, 2 ** -26, -65504.1].map(float16)).toEqual([1, 2 ** -24, 0, -65504]);
    expect([1 + 2 ** -7, 1 + 2 ** -9, 3.3].map(bfloat16)).toEqual([1 + 2 ** -7, 1, 3.296875]);
  });
});

const made = (part: Partial<Outcome>): Outcome => ({
  network: 'n',
  kind: 'one channel off',
  node: 'conv',
  op: 'Conv',
  what: 'channel 1',
  size: 1e-3,
  winograd: false,
  alive: true,
  equivalent: false,
  byNetwork: 0,
  byNode: 0,
  proven: false,
  located: false,
  moved: 0,
  ...part,
});

describe('the score', () => {
  const found = { byNetwork: 2, byNode: 1, located: true } as const;
  const some = [
    ...Array.from({ length: 999 }, () => made({ ...found, size: 1e-1 })),
    made({ ...found, size: 1e-2 }),
    made({ ...found, byNetwork: 0, size: 1e-3 }),
    made({ equivalent: true, size: 1e-3 }),
    made({ size: 1e-4 }),
  ];

  it('counts what is not equivalent, and names the smallest size that is caught everywhere', () => {
    const [score] = scoresOf(some, ['stride', 'one channel off']);
    expect(score).toMatchObject({ mutants: 1003, equivalent: 1, byNetwork: 1000, byNode: 1001, caught: 1001 });
    expect([score?.fromNetwork, score?.fromNode]).toEqual([1e-2, 1e-3]);
    // 1001 of 1002 is not rounded up.
    expect(scoreTable(scoresOf(some, ['one channel off']))).toMatch(
      /\| one channel off +\| +1003 \| +1 \| +99\.8 % \| +99\.9 % \| +99\.9 % \| +99\.9 % \| +1e-2 \| +1e-3 \| +99\.8 % \| +0\.0 % \|/,
    );
    expect(scoresOf([], ['stride'])).toEqual([]);
  });

  it('says whether a claim holds, and names what contradicts it', () => {
    const [movers] = CLAIMS;
    if (movers === undefined) throw new Error('no claim');
    const missed = [
      made({ ...found, moved: 1 }),
      made({ moved: 1.1e-4, size: undefined, what: 'stale' }),
      made({ moved: 9e-5 }),
    ];
    expect(isTrue(movers, missed)).toBe(false);
    expect(claimText(movers, missed)).toBe(
      'NO   50.0 % (with Winograd’s limits 50.0 %) of 2: mutants that move a logit by more than 1e-4 of the largest are caught; not: n conv stale',
    );
    expect(isTrue(movers, missed.slice(0, 1))).toBe(true);
    expect(claimText(movers, [])).toMatch(/^– {4}– /);
  });
});

describe('the command', { timeout: 60_000 }, () => {
  const cache = mkdtempSync(join(tmpdir(), 'resnet-mutate-'));
  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  it('prints a table of the kinds asked for, and leaves out a network without its checkpoint with a word', async () => {
    const words = ['--networks', 'resnet8.live0,resnet20.akamaster', '--kinds', 'stride,layout', '--share', '0.4'];
    const env = { ...process.env, RESNET_CACHE: cache, RESNET_MIRROR: '' };
    const child = promisify(execFile)(process.execPath, ['--import', 'tsx', 'test/mutate/mutate.ts', ...words], {
      cwd: ROOT,
      env,
    });
    const { stdout } = await child.catch((error: { stdout: string }) => error);
    expect(stdout).toContain(
      'resnet20.akamaster is left out: its checkpoint is neither in the cache nor in RESNET_MIRROR',
    );
    expect(stdout).toMatch(/\| stride .*\n\| layout .*\n\| all /);
    expect(stdout).toContain('yes  100 % (with');
  });
});
