import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SETTLED_FROM } from '../../suites/engine/stop.ts';
import { parseRun, type Run } from '../../suites/record/record.ts';
import { syntheticRun } from '../reports/fixture.ts';
import { errorsOf, runCli } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command line with an empty cache. */
const cli = (words: readonly string[], env: { [name: string]: string } = {}) =>
  runCli(words, join(folder, 'cache'), env);

describe('bad input: one clear line, exit code 2', { timeout: 60_000 }, () => {
  it.each([
    [
      'an unknown model',
      ['bench', '--models', 'resnet51'],
      "error: unknown model 'resnet51': did you mean 'resnet50'?",
    ],
    [
      'an unknown backend',
      ['bench', '--backends', 'ort-node/gpu'],
      "error: unknown backend 'ort-node/gpu': did you mean 'ort-node/cpu'?",
    ],
    ['an unknown suite', ['bench', 'lateny'], "error: unknown suite 'lateny': did you mean 'latency'?"],
    ['an unknown profile', ['bench', '--profile', 'quik'], "error: unknown profile 'quik': did you mean 'quick'?"],
    [
      'a bad budget',
      ['bench', '--budget', 'ten'],
      "error: option '--budget <seconds>' argument 'ten' is invalid. It must be a number above 0.",
    ],
    [
      'no rounds',
      ['bench', '--rounds', '0'],
      "error: option '--rounds <count>' argument '0' is invalid. It must be at least 1.",
    ],
    [
      'a precision without its unit',
      ['bench', '--within', '2'],
      "error: option '--within <percent>' argument '2' is invalid. It must be a percentage, such as 2%.",
    ],
    [
      'a missing run to compare',
      ['compare', 'nowhere.jsonl', 'nowhere.jsonl'],
      'error: cannot read nowhere.jsonl (ENOENT)',
    ],
    ['a file that is no run', ['compare', 'package.json', 'package.json'], 'error: not a run file'],
    ['an unknown flag', ['bench', '--bogus'], "error: unknown option '--bogus'"],
    ['a missing run file', ['report', 'nowhere.jsonl'], 'error: cannot read nowhere.jsonl (ENOENT)'],
    [
      'a browser that is none',
      ['bench', 'latency:resnet20:fp32:b1:32:ort-web/wasm', '--browser', '/nowhere/chrome'],
      '/nowhere/chrome',
    ],
  ])('%s', async (_, words, message) => {
    const { code, err } = await cli(words);
    expect(errorsOf(err)).toHaveLength(1);
    expect(errorsOf(err)[0]).toContain(message);
    expect(code).toBe(2);
  });

  it('an output folder that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, err } = await cli([
      'bench',
      'latency:resnet20.seed0:fp32:b1:32:null',
      '--out',
      join(folder, 'file', 'out'),
    ]);
    expect(errorsOf(err)[0]).toContain('cannot write to');
    expect(errorsOf(err)[0]).toContain('--out');
    expect(code).toBe(2);
  });

  it('a tampered checkpoint: both hashes shown', async () => {
    const mirror = mkdtempSync(join(folder, 'mirror-'));
    mkdirSync(join(mirror, 'checkpoints'));
    writeFileSync(join(mirror, 'checkpoints', 'resnet20-12fca82f.th'), 'tampered');
    const { code, err } = await cli(
      ['bench', 'conformance:resnet20.akamaster:fp32:b1:32:f64', '--out', join(folder, 'out')],
      { RESNET_MIRROR: mirror },
    );
    expect(errorsOf(err)).toHaveLength(1);
    expect(errorsOf(err)[0]).toContain('12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8');
    expect(code).toBe(2);
  });
});

describe('the command line', { timeout: 60_000 }, () => {
  it('lists cells without running any, as text and as JSON', async () => {
    const words = ['bench', 'latency:resnet18', '--backends', 'ort-node/cpu,null', '--list'];
    const { out, code } = await cli(words);
    expect(out.trim().split('\n')).toEqual([
      'latency:resnet18.live0:fp32:b1:224:ort-node/cpu',
      'latency:resnet18.live0:fp32:b1:224:null',
    ]);
    expect(JSON.parse((await cli([...words, '--json'])).out)).toHaveLength(2);
    expect(code).toBe(0);
  });

  it('lists the cells of scenarios, and of io-binding beside them', async () => {
    const words = ['bench', '--models', 'resnet18', '--backends', 'ort-node/cpu', '--list', '--scenario'];
    const { out } = await cli([...words, 'multi-stream,single-stream', '--io-binding']);
    expect(out.trim().split('\n')).toEqual(
      ['latency', 'transfer'].flatMap((suite) =>
        [1, 8].map((batch) => `${suite}:resnet18.live0:fp32:b${batch}:224:ort-node/cpu`),
      ),
    );
    expect(errorsOf((await cli([...words, 'offlin'])).err)).toEqual([
      "error: unknown scenario 'offlin': did you mean 'offline'?",
    ]);
  });

  it('plans networks at their own size, and small ones on slow backends, whatever flags add', async () => {
    for (const words of [[], ['--io-binding'], ['--suites', 'accuracy,latency,roofline']]) {
      const { out } = await cli(['bench', '--list', '--backends', 'ort-node/cpu,tfjs/cpu', ...words]);
      expect(out).toContain('latency:resnet50.live0:fp32:b1:224:ort-node/cpu');
      expect(out).toContain('latency:resnet18.live0:fp32:b1:64:tfjs/cpu');
      expect(out).not.toContain('latency:resnet18.live0:fp32:b1:224:tfjs/cpu');
    }
    expect((await cli(['bench', '--list', '--suites', 'roofline'])).out).not.toContain(':224:');
  });

  it('lists models, backends, suites and profiles', async () => {
    const { out } = await cli(['list']);
    for (const word of [
      'resnet152.live0',
      'resnet56.akamaster',
      'ort-web/webgpu-jsep',
      'conformance',
      'fp32-bn',
      'quick',
    ])
      expect(out).toContain(word);
  });

  it('runs, writes a run file and every report beside it, and reports the same again from the file', async () => {
    const out = join(folder, 'real');
    const ran = await cli([
      'bench',
      '*:resnet20.seed0',
      '--backends',
      'ort-node/cpu,ort-node/cuda,null,f64',
      '--rounds',
      '2',
      '--out',
      out,
    ]);
    expect(ran.code).toBe(0);
    const files = readdirSync(out);
    expect(files.map((name) => name.replace(/^bench-[\dT-]+/, '')).sort()).toEqual(['.csv', '.html', '.jsonl']);
    const path = join(out, files.find((name) => name.endsWith('.jsonl')) ?? '');
    const run = parseRun(readFileSync(path, 'utf8'), path);
    expect(run.damaged).toEqual([]);
    expect(new Set(run.records.map((record) => record.id))).toEqual(new Set(run.header.plan));
    expect(run.records.filter((record) => record.round === 1).length).toBeGreaterThan(0);
    const again = await cli(['report', path]);
    expect(again.out).toBe(ran.out);
  });

  it('lets a cell take turns with itself, and compares the two runs', async () => {
    const out = join(folder, 'turns');
    const words = ['bench', 'latency:resnet20.seed0:fp32:b1:32:null', '--aa', '--rounds', '4', '--out', out];
    const ran = await cli(words);
    expect(ran.out).toMatch(/A\/A: \d false alarms? in 1 pair of times/);
    const [a = '', b = ''] = readdirSync(out)
      .sort()
      .map((name) => join(out, name));
    const [base, head] = [a, b].map((path) => parseRun(readFileSync(path, 'utf8'), path));
    expect([base?.records.length, head?.records.length]).toEqual([4, 4]);
    expect(base?.header.pair).toMatchObject({ name: head?.header.pair?.name, variant: 'a' });
    expect(base?.end).toBeDefined();
    const data = JSON.parse((await cli(['compare', a, b, '--threshold', '90%', '--json'])).out);
    expect(data).toMatchObject({ paired: true, thresholds: { node: 0.9 }, tested: 1, differences: [] });
  });

  it('lets turns go on until the ratio is as precise as asked', async () => {
    const out = join(folder, 'precise');
    const words = ['bench', 'latency:resnet20.seed0:fp32:b1:32:null', '--aa', '--out', out];
    await cli([...words, '--within', '95%']);
    const paths = readdirSync(out).sort();
    const [base, head] = paths.map((name) => parseRun(readFileSync(join(out, name), 'utf8'), name));
    expect([base?.records.length, head?.records.length]).toEqual([SETTLED_FROM, SETTLED_FROM]);
    expect((await cli(['compare', ...paths.map((name) => join(out, name))])).err).not.toContain('not known to');
    await cli([...words, '--within', '0.01%', '--rounds', '11', '--out', `${out}2`]);
    const short = readdirSync(`${out}2`)
      .sort()
      .map((name) => join(`${out}2`, name));
    expect((await cli(['compare', ...short])).out).toContain('1 ratio is not known to ±0.01 % as asked');
  });

  it('compares two run files: exit code 1 where anything got worse, and a section of the page', async () => {
    const path = (name: string) => join(folder, `${name}.jsonl`);
    const write = (name: string, { header, records }: Run) =>
      writeFileSync(path(name), [header, ...records].map((line) => JSON.stringify(line)).join('\n'));
    const run = syntheticRun();
    const worse = run.records.filter(({ id }) => id !== run.records[0]?.id);
    write('base', run);
    write('head', { ...run, header: { ...run.header, plan: run.header.plan.slice(1) }, records: worse });
    const same = await cli(['compare', path('base'), path('base')]);
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('No regressions.')]);
    const less = await cli(['compare', path('base'), path('head'), '--markdown']);
    expect([less.code, less.out]).toEqual([1, expect.stringContaining('### lost (1)')]);
    await cli(['report', path('head'), '--baseline', path('base')]);
    expect(readFileSync(join(folder, 'head.html'), 'utf8')).toContain('Since the baseline');
  });

  it('shows the good records of a damaged file, names the bad line, and exits with 1 where a cell is not right', async () => {
    const path = join(folder, 'damaged.jsonl');
    const run = syntheticRun();
    const lines = [run.header, ...run.records].map((line) => JSON.stringify(line));
    writeFileSync(path, [...lines, '{"kind":"rec'].join('\n'));
    const { code, err, out } = await cli(['report', path]);
    expect(err).toContain(`damaged.jsonl:${lines.length + 1}: `);
    expect(out).toContain('resnet18.seed0');
    expect(code).toBe(1);
  });
});
