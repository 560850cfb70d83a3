import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../suites/hosts/bundle.ts';
import { needBrowser } from '../browser.ts';
import { below, eventually, living, MARK, start, type World, worldIn } from '../torture/world.ts';
import { readFile } from './bench.ts';

// Real runs, ended by real signals in every phase. What is left behind is read from /proc, which Linux alone has.

const folder = mkdtempSync(join(tmpdir(), 'rs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const world = (name: string): World => worldIn(join(folder, name));

/** Takes seconds to prepare where the cache is empty. */
const PREPARING = ['bench', 'conformance:resnet101.seed0:fp32:b1:224:ort-node/cpu'];
const MEASURING = ['bench', 'latency:resnet20.seed0', '--rounds', '10000'];
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Nothing of a run is left: no process, no temporary file, nothing half written in its cache. */
async function expectNothingLeft(own: World): Promise<void> {
  await eventually(
    () => living(own).length === 0,
    5000,
    () => `still running: ${JSON.stringify(living(own))}`,
  );
  expect(below(own.tmp)).toEqual([]);
  expect(below(own.cache).filter((name) => name.endsWith('.part'))).toEqual([]);
}

const isPreparing = (own: World) =>
  eventually(
    () => living(own).some(({ command }) => command.includes('child.mjs')),
    20_000,
    () => 'no child prepares anything',
  );

describe.skipIf(process.platform !== 'linux')('a run that is ended', { timeout: 120_000 }, () => {
  it('while it prepares leaves nothing of its own, and everything of others', async () => {
    const own = world('others');
    const out = join(own.out, 'new', 'deep');
    const run = start([...PREPARING, '--out', out], own, {});
    await isPreparing(own);
    // Another run ends in the same folder, and a person puts a file beside it.
    const others = [join(own.out, 'new', 'notes.txt'), join(out, 'bench-other.jsonl')];
    for (const path of others) writeFileSync(path, 'theirs');
    run.child.kill('SIGINT');
    const { code, err } = await run.ended;
    expect(code).toBe(130);
    expect(err).toContain('interrupted before anything was measured');
    expect(others.map((path) => readFileSync(path, 'utf8'))).toEqual(['theirs', 'theirs']);
    expect(below(out)).toEqual(['bench-other.jsonl']);
    await expectNothingLeft(own);
  });

  it.each(Object.entries(CODES))('by %s while it prepares exits with %d and leaves nothing', async (signal, wanted) => {
    const own = world(`prepare-${signal}`);
    const run = start([...PREPARING, '--out', join(own.out, 'new')], own, {});
    await isPreparing(own);
    run.child.kill(signal as NodeJS.Signals);
    const { code, err } = await run.ended;
    expect(code).toBe(wanted);
    expect(err.trim().split('\n').at(-1)).toBe('interrupted before anything was measured');
    expect(existsSync(own.out)).toBe(false);
    await expectNothingLeft(own);
  });

  it.each(Object.entries(CODES))('by %s while it measures exits with %d, with its reports', async (signal, wanted) => {
    const own = world(`measure-${signal}`);
    const run = start([...MEASURING, '--backends', 'null,ort-node/cpu', '--out', own.out], own, {});
    await run.until('round 2 ', 1);
    run.child.kill(signal as NodeJS.Signals);
    const { code } = await run.ended;
    expect(code).toBe(wanted);
    const [csv, html, jsonl = ''] = below(own.out);
    expect([csv, html, jsonl].map((name) => name?.split('.').at(-1))).toEqual(['csv', 'html', 'jsonl']);
    const { records, damaged, end } = readFile(join(own.out, jsonl));
    expect(damaged).toEqual([]);
    expect(end).toBeDefined();
    expect(records.map(({ outcome }) => outcome.status)).toEqual(records.map(() => 'ok'));
    await expectNothingLeft(own);
  });

  it('while a browser computes leaves no browser', async (context) => {
    const browser = needBrowser(context);
    const own = world('browser');
    const words = ['latency:resnet18.seed0:fp32:b1:64:tfjs/webgl', '--browser', browser.path, '--out', own.out];
    const run = start(['bench', ...words], own, {});
    await run.until('round 1 ', 1);
    await eventually(
      () => living(own).some(({ command }) => command.includes('--user-data-dir=')),
      60_000,
      () => 'no browser started',
    );
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
    await expectNothingLeft(own);
  });
});

describe.skipIf(process.platform !== 'linux')('a run that is killed', { timeout: 120_000 }, () => {
  it('takes its browser and children along, and what it left is swept at the next start', async (context) => {
    const browser = needBrowser(context);
    const own = world('killed');
    const words = ['latency:resnet20.seed0', '--backends', 'ort-node/cpu,tfjs/webgl', '--browser', browser.path];
    const run = start(['bench', ...words, '--rounds', '10000', '--out', own.out], own, {});
    await run.until('tfjs/webgl', 1);
    await eventually(
      () => living(own).some(({ command }) => command.includes('--user-data-dir=')),
      60_000,
      () => 'no browser started',
    );
    process.kill(run.pid, 'SIGKILL');
    await run.ended;
    await eventually(
      () => living(own).length === 0,
      5000,
      () => `still running: ${JSON.stringify(living(own))}`,
    );
    expect(below(own.tmp).length).toBeGreaterThan(0);
    // Folders that are nobody's, or another's, stay.
    const kept = ['resnet-bench-unmarked', 'resnet-bench-foreign', 'other'].map((name) => join(own.tmp, name));
    for (const path of kept) mkdirSync(path);
    writeFileSync(join(own.tmp, 'resnet-bench-foreign', '.owner'), 'aa-bb-4026531836-1-1');
    const next = start(['bench', 'latency:resnet20.seed0:fp32:b1:32:null', '--rounds', '1', '--out', own.out], own, {});
    expect((await next.ended).code).toBe(0);
    expect(below(own.tmp).filter((name) => !name.includes('.owner'))).toEqual(
      kept.map((path) => path.slice(own.tmp.length + 1)).sort(),
    );
  });

  it('during a call of some 20 seconds takes the child along at once', async () => {
    const own = world('long');
    const script = ['--import', 'tsx', join(ROOT, 'test/torture/longcall.ts')];
    const env = { ...process.env, TMPDIR: own.tmp, [MARK]: own.tmp };
    const parent = spawn(process.execPath, script, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    parent.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    await eventually(
      () => said.includes('phase first'),
      100_000,
      () => said,
    );
    const [child] = living(own).filter(({ command }) => command.includes('child.mjs'));
    expect(child).toBeDefined();
    // The call has begun once the phase was told: its message is sent before.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(said).not.toContain('phase second');
    parent.kill('SIGKILL');
    await eventually(
      () => living(own).length === 0,
      2000,
      () => `still running: ${JSON.stringify(living(own))}`,
    );
  });
});
