import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleChild, OWN_PACKAGES, ROOT } from '../../suites/hosts/bundle.ts';
import { nodeHost } from '../../suites/hosts/node/node.ts';
import type { Run } from '../../suites/record/record.ts';
import { errorsOf } from '../scripts/run.ts';
import { below, eventually, living, mount, start, type World, worldIn } from '../torture/world.ts';
import { smallJob } from '../visit.ts';
import { readFile } from './bench.ts';

// Faults in one part of a run: the other parts continue, and the run ends normally.

const folder = mkdtempSync(join(tmpdir(), 'ri-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const world = (name: string): World => worldIn(join(folder, name));

const runIn = ({ out }: World): Run => {
  const [jsonl = ''] = readdirSync(out).filter((name) => name.endsWith('.jsonl'));
  expect(
    readdirSync(out)
      .map((name) => name.split('.').at(-1))
      .sort(),
  ).toEqual(['csv', 'html', 'jsonl']);
  return readFile(join(out, jsonl));
};
const statusesOf = (run: Run) => Object.fromEntries(run.records.map(({ id, outcome }) => [id.split(':')[1], outcome]));

describe.skipIf(process.platform !== 'linux')('a preparing child', { timeout: 120_000 }, () => {
  it('that is killed is a crash of its own cells, and the others run', async () => {
    const own = world('killed');
    const words = ['conformance:resnet20.seed0,resnet101.seed0:fp32:b1:*:ort-node/cpu', '--rounds', '1'];
    const run = start(['bench', ...words, '--out', own.out], own, {});
    // The small network is done first; what still prepares then is the large one's.
    await run.until('prepared resnet20.seed0', 1);
    const children = () => living(own).filter(({ command }) => command.includes('child.mjs'));
    const killed = children().map(({ pid }) => pid);
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    // It seems to have been killed for lack of memory, so it is tried again alone.
    await eventually(
      () => children().some(({ pid }) => !killed.includes(pid)),
      10_000,
      () => run.said(),
    );
    for (const { pid } of children()) process.kill(pid, 'SIGKILL');
    const { code, err } = await run.ended;
    expect(err).toMatch(/warning: no cell of resnet101.seed0:b1:224 can run: .*SIGKILL.*memory runs out/);
    expect(code).toBe(1);
    expect(statusesOf(runIn(own))).toMatchObject({
      'resnet20.seed0': { status: 'ok' },
      'resnet101.seed0': { status: 'crash', phase: 'prepare', reason: expect.stringMatching(/^its files could not/) },
    });
    expect(below(own.tmp)).toEqual([]);
    expect(below(own.cache).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('that is stopped is given up in time, and named with its step', async () => {
    const { job } = smallJob(mkdtempSync(join(folder, 'stopped-')));
    const host = nodeHost(await bundleChild(OWN_PACKAGES), folder, () => ({}), { leastMs: 1500, macsPerSecond: 1e9 });
    const preparing = host.prepare(job);
    preparing.catch(() => {});
    const stop = () => execFileSync('pkill', ['-STOP', '-P', `${process.pid}`, '-f', 'child.mjs']);
    setTimeout(stop, 20);
    await expect(preparing).rejects.toThrow(/^no answer within \d+ s from /);
    await host.close();
  });
});

describe('an error that nothing awaits', { timeout: 120_000 }, () => {
  const astray = (own: World, ASTRAY: string, models: string) => {
    const words = [`latency:${models}:fp32:b1:32:null,ort-node/cpu`, '--rounds', '3', '--within', '1%'];
    const module = pathToFileURL(join(ROOT, 'test/torture/astray.ts')).href;
    const NODE_OPTIONS = `--import=tsx --import=${module}`;
    return start(['bench', ...words, '--out', own.out], own, { NODE_OPTIONS, ASTRAY }).ended;
  };

  it('while visits run is told, and neither ends the run nor loses a record', async () => {
    const own = world('astray');
    const { code, err } = await astray(own, 'round 1', 'resnet20.seed0');
    expect(err).toContain('warning: an error outside of any handler: Cannot find parent object');
    expect(code).toBe(0);
    expect(runIn(own).records).toHaveLength(6);
    expect(below(own.tmp)).toEqual([]);
  });

  it('before is one line, and leaves nothing', async () => {
    const own = world('astray-early');
    const { code, err } = await astray(own, 'prepared resnet20', 'resnet20.seed0,resnet152.seed0');
    expect([code, errorsOf(err)]).toEqual([2, ['error: Cannot find parent object to create disposable']]);
    expect([...below(own.out), ...below(own.tmp)]).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('a disk that is full', { timeout: 120_000 }, () => {
  it.each([
    ['temporary files', 'tmp', 'TMPDIR'],
    ['the cache', 'cache', 'RESNET_CACHE'],
  ] as const)('of %s is a crash that names it and the fix; what needs no file runs', async (_, part, variable) => {
    const own = world(`full-${part}`);
    const full = own[part];
    const refused = mount('-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', full);
    if (refused !== undefined) return expect(refused).toContain('permission');
    try {
      const words = ['conformance,latency:resnet20.seed0:fp32:b1:32:null,ort-node/cpu', '--rounds', '1'];
      const run = start(['bench', ...words, '--out', own.out], own, { TSX_DISABLE_CACHE: '1' });
      const { code, err } = await run.ended;
      expect(errorsOf(err)).toEqual([]);
      expect(code).toBe(1);
      const run_ = runIn(own);
      const reasons = run_.records.flatMap(({ outcome }) => ('reason' in outcome ? [outcome.reason] : []));
      expect(reasons.length).toBeGreaterThan(0);
      for (const reason of reasons)
        expect(reason).toMatch(
          new RegExp(`cannot write ${full}\\S* \\(ENOSPC\\): free some space, or set ${variable} to`),
        );
      expect(below(full).filter((name) => name.endsWith('.part'))).toEqual([]);
    } finally {
      execFileSync('umount', [full]);
    }
    mkdirSync(full, { recursive: true });
  });

  it.each([
    ['temporary files', 'tmp', /set TMPDIR to another folder$/],
    ['reports', 'out', /free some space, or choose another folder with --out$/],
  ] as const)('of %s from the beginning is one line, and leaves nothing', async (_name, part, fix) => {
    const own = worldIn(join(folder, `filled-${part}`));
    mkdirSync(own.out, { recursive: true });
    const refused = mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', own[part]);
    if (refused !== undefined) return expect(refused).toContain('permission');
    try {
      const filler = join(own[part], 'filler');
      expect(() => writeFileSync(filler, new Uint8Array(2 ** 20))).toThrow('ENOSPC');
      const words = ['bench', 'latency:resnet20.seed0:fp32:b1:32:null', '--rounds', '1', '--out', own.out];
      const { code, err } = await start(words, own, { TSX_DISABLE_CACHE: '1' }).ended;
      expect([code, errorsOf(err)]).toEqual([2, [expect.stringMatching(fix)]]);
      expect(below(own[part])).toEqual(['filler']);
    } finally {
      execFileSync('umount', [own[part]]);
    }
  });
});
