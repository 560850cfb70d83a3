import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRuns } from '../../suites/engine/runs.ts';
import { errorsOf, type Ran, runCli } from '../scripts/run.ts';

const root = mkdtempSync(join(tmpdir(), 'resnet-joined-'));
const [out, other] = ['out', 'other'].map((name) => join(root, name)) as [string, string];
afterAll(() => rmSync(root, { recursive: true, force: true }));
const cli = (words: readonly string[]) => runCli(words, join(root, 'cache'));
const filesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));

/** Runs a single backend. */
const bench = (backend: string, folder: string, ...more: string[]): Promise<Ran> =>
  cli([
    ...['bench', 'conformance,latency:resnet20.seed0:fp32:b1:32', '--backends', backend],
    ...['--rounds', '3', '--samples', '5', '--out', folder, ...more],
  ]);

describe('a backend after the other, by bench itself', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    mkdirSync(out);
    const ends = [
      await bench('null', out),
      await bench('ort-node/cpu', out),
      await bench('f64', other, '--warmup', '2'),
    ];
    expect(ends.map(({ code, err }) => [code, errorsOf(err)])).toEqual(ends.map(() => [0, []]));
  }, 120_000);

  it('is one run: both backends in one table, whose machine has the packages of both', async () => {
    const told: string[] = [];
    const { header, records, end, files } = readRuns([out], (line) => told.push(line));
    expect(told).toEqual([]);
    expect(files?.map(({ file }) => file)).toEqual(filesIn(out));
    expect(header.plan.map((id) => id.split(':').at(-1))).toEqual(['null', 'ort-node/cpu', 'ort-node/cpu']);
    expect(records).toHaveLength(3 * header.plan.length);
    expect(header.fingerprint.hash).toMatch(/^[0-9a-f]{12}\+[0-9a-f]{12}$/);
    expect(header.fingerprint.parts.packages).toContain('onnxruntime-node ');
    expect(end).toBeDefined();

    const { code, out: shown } = await cli(['report', out]);
    expect(code).toBe(0);
    expect(shown).toContain('ort-node/cpu');
    const page = readFileSync(join(out, 'out.html'), 'utf8');
    for (const path of filesIn(out)) expect(page).toContain(path);
    // The files in the other order, one by one.
    const [one = '', two = ''] = filesIn(out);
    await cli(['report', two, one, '--out', join(root, 'pages')]);
    const [first = ''] = readdirSync(join(root, 'pages')).filter((name) => name.endsWith('.html'));
    expect(readFileSync(join(root, 'pages', first), 'utf8')).toBe(page);
  });

  it('compares as one, to itself without a regression', async () => {
    const { code, out: text } = await cli(['compare', out, out, '--json']);
    expect(code).toBe(0);
    expect((JSON.parse(text) as { changes: unknown[] }).changes).toHaveLength(3);
  });

  it('is refused with a run whose warm-up was another', async () => {
    const [one = '', two = ''] = [...filesIn(out).slice(0, 1), ...filesIn(other)];
    const { code, err } = await cli(['report', one, two]);
    expect(errorsOf(err)).toEqual([expect.stringContaining('they differ in --warmup (the profile’s; 2)')]);
    expect(err).toContain(one);
    expect(err).toContain(two);
    expect(code).toBe(2);
  });
});
