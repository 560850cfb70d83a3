import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../suites/hosts/bundle.ts';
import type { Header } from '../../suites/record/header.ts';
import { errorsOf, runCli } from '../scripts/run.ts';
import { expectWhole, QUERY, ROUNDS, readFile as read, startBench } from './bench.ts';

// Real runs that are interrupted and killed.

const folder = mkdtempSync(join(tmpdir(), 'resnet-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cache = join(folder, 'cache');
const cli = (words: readonly string[]) => runCli(words, cache);
const start = (out: string, words: readonly string[], at: Parameters<typeof startBench>[3]) =>
  startBench(join(folder, out), cache, words, at);

const SLOW = { timeout: 400_000 };

describe('a run that was interrupted', SLOW, () => {
  let path = '';
  let cut = '';
  beforeAll(async () => {
    const { ended, err, paths } = await start('int', QUERY, (visit, child) => {
      if (visit === 4) child.kill('SIGINT');
    });
    [path = ''] = paths;
    expect(ended).toBe(130);
    expect(err).toContain(`interrupted: resume with npm run bench -- --resume ${path}`);
    cut = readFileSync(path, 'utf8');
  }, 400_000);

  it('goes on: all that was recorded stays, what is missing is added, and once more there is nothing to do', async () => {
    const before = read(path);
    expect(before.records.length).toBeGreaterThan(0);
    expect(before.records.length).toBeLessThan(before.header.plan.length * ROUNDS);
    const resumed = join(folder, 'resumed.jsonl');
    copyFileSync(path, resumed);
    const ran = await cli(['bench', '--resume', resumed]);
    expect(errorsOf(ran.err)).toEqual([]);
    expect(ran.code).toBe(0);
    expect(readFileSync(resumed, 'utf8').startsWith(cut)).toBe(true);
    const after = read(resumed);
    expectWhole(after);
    expect(after.resumes).toHaveLength(1);
    const [{ budget = 0 } = {}] = after.resumes;
    expect(budget).toBeGreaterThan(after.header.budget - 60);
    expect(budget).toBeLessThan(after.header.budget);
    expect(after.end?.at).not.toBe(before.end?.at);
    expect(readFileSync(join(folder, 'resumed.html'), 'utf8')).toContain('Resumed');

    const again = await cli(['bench', '--resume', resumed]);
    expect([again.code, again.out]).toEqual([0, ran.out]);
    expect(again.err).toContain('the run is complete');
    expect(read(resumed)).toEqual(after);
  });

  it('goes on with its own command and with what agrees with it, and refuses what does not', async () => {
    const words = ['bench', '--resume', path];
    const others = [
      [['--rounds', '9'], `error: --rounds differs from the command of ${path}`],
      [['--backends', 'null'], 'error: --backends differs from'],
      [['--list'], 'error: --list differs from'],
      [['--aa'], 'error: --aa differs from'],
      [['latency'], "error: 'latency' differs from"],
    ] as const;
    const refuse = async ([typed, message]: readonly [readonly string[], string]) => {
      const { code, err } = await cli([...words, ...typed]);
      expect(errorsOf(err)).toEqual([expect.stringContaining(message)]);
      expect(code).toBe(2);
    };
    await Promise.all(others.map(refuse));
    expect(readFileSync(path, 'utf8')).toBe(cut);
    const { err } = await cli([...words, ...QUERY, '--budget', '0.001']);
    expect(errorsOf(err)).toEqual([]);
    expect(err).toContain('no visit fits into the 0 s left of its budget: give it more with --budget SECONDS');
    expect(readFileSync(path, 'utf8')).toBe(cut);
  });

  it.concurrent.each<[string, (header: Header) => object, string]>([
    [
      'another machine',
      (h) => ({ fingerprint: { ...h.fingerprint, parts: { ...h.fingerprint.parts, cpu: 'Z80' } } }),
      'its cpu was Z80 and is ',
    ],
    [
      'another Node',
      (h) => ({ fingerprint: { ...h.fingerprint, parts: { ...h.fingerprint.parts, node: 'v0' } } }),
      'its node was v0 and is ',
    ],
    ['another commit', () => ({ commit: '0123456789ab' }), 'its commit changed from 0123456789ab to '],
    ['another seed', () => ({ seed: 7 }), 'its seed changed from 7 to 0'],
    ['another plan', (h) => ({ plan: h.plan.slice(1) }), 'its plan changed'],
    ['another schema', () => ({ schema: 99 }), 'is a run file of schema 99, and this version reads schema'],
    [
      'a command that is none',
      () => ({ command: ['--bogus'] }),
      "its command cannot be read: unknown option '--bogus'",
    ],
  ])('refuses %s', async (name, change, message) => {
    const other = join(folder, `${name}.jsonl`);
    const [first = '', ...lines] = cut.split('\n');
    const header = JSON.parse(first) as Header;
    const text = [JSON.stringify({ ...header, ...change(header) }), ...lines].join('\n');
    writeFileSync(other, text);
    const { code, err } = await cli(['bench', '--resume', other]);
    expect(errorsOf(err)).toEqual([expect.stringContaining(message)]);
    expect(code).toBe(2);
    expect(readFileSync(other, 'utf8')).toBe(text);
  });

  it('refuses a file that is missing, or no run file', async () => {
    expect(errorsOf((await cli(['bench', '--resume', 'nowhere.jsonl'])).err)).toEqual([
      'error: cannot read nowhere.jsonl (ENOENT)',
    ]);
    expect(errorsOf((await cli(['bench', '--resume', 'package.json'])).err)).toEqual([
      expect.stringContaining('not a run file'),
    ]);
  });
});

describe('a run that is killed', SLOW, () => {
  it('goes on without the half line that a power failure leaves, and says so', async () => {
    const { ended, paths } = await start('torn', QUERY, (visit, bench) => {
      if (visit === 4) bench.kill('SIGKILL');
    });
    const [path = ''] = paths;
    expect(ended).toBe('SIGKILL');
    expect(read(path).end).toBeUndefined();
    truncateSync(path, statSync(path).size - 100);
    const before = read(path);
    expect(before.damaged).toHaveLength(1);
    const { code, err } = await cli(['bench', '--resume', path]);
    expect(errorsOf(err)).toEqual([]);
    expect(err).toMatch(/its last line was incomplete and is removed \(\d+ bytes\)/);
    expect(code).toBe(0);
    const after = read(path);
    expectWhole(after);
    expect(after.records.slice(0, before.records.length)).toEqual(before.records);
    expect(after.end).toBeDefined();
  });
});

describe('a run of turns that is killed', SLOW, () => {
  const words = ['latency:resnet20.seed0:fp32:b1:32:null,f64', '--aa', '--rounds', `${ROUNDS}`];
  it('goes on in both of its files, and is refused without one of them', async () => {
    const { ended, paths } = await start('aa', words, (visit, child) => {
      if (visit === 2) child.kill('SIGKILL');
    });
    expect(ended).toBe('SIGKILL');
    const [a = '', b = ''] = paths;
    expect(read(a).records.length).toBeLessThan(ROUNDS);
    const alone = join(folder, 'alone-b.jsonl');
    copyFileSync(b, alone);
    const refused = await cli(['bench', '--resume', alone]);
    expect(errorsOf(refused.err)).toEqual([expect.stringContaining('alone-a.jsonl (ENOENT)')]);
    copyFileSync(b, join(folder, 'alone-a.jsonl'));
    expect(errorsOf((await cli(['bench', '--resume', alone])).err)).toEqual([
      expect.stringContaining('is not the twin of'),
    ]);
    const { out } = await cli(['bench', '--resume', b]);
    expect(out).toContain('A/A: ');
    for (const path of [a, b]) expectWhole(read(path));
  });
});

describe('a run of one’s own model', SLOW, () => {
  const model = join(folder, 'net.onnx');
  it('goes on with the same file, and is refused with another', async () => {
    copyFileSync(join(ROOT, 'test/reference/fixtures/classic-resnet.onnx'), model);
    const words = ['latency', '--model', model, '--backends', 'ort-node/cpu', '--rounds', `${ROUNDS}`];
    const { paths } = await start('own', words, (visit, child) => {
      if (visit === 2) child.kill('SIGKILL');
    });
    const [path = ''] = paths;
    appendFileSync(model, new Uint8Array([0x72, 0]));
    const refused = await cli(['bench', '--resume', path]);
    expect(errorsOf(refused.err)).toEqual([
      expect.stringContaining('its models changed: name the same files with --model'),
    ]);
    const moved = join(mkdtempSync(join(folder, 'moved-')), 'net.onnx');
    copyFileSync(join(ROOT, 'test/reference/fixtures/classic-resnet.onnx'), moved);
    const { code, err } = await cli(['bench', '--resume', path, '--model', moved]);
    expect(errorsOf(err)).toEqual([]);
    expect(code).toBe(0);
    expectWhole(read(path));
  });
});
