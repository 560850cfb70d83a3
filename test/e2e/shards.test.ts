import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tabulate } from '../../reports/table/table.ts';
import { readRuns } from '../../suites/engine/runs.ts';
import { errorsOf, type Ran, runCli } from '../scripts/run.ts';
import { schemaErrors } from '../suites/record/validator.ts';

const root = mkdtempSync(join(tmpdir(), 'resnet-shards-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The trained network that ships, with its images. */
const TRAINED = 'accuracy:resnet8.shapes10:fp32:b25:32';

const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));

const bench = (folder: string, ...more: string[]): Promise<Ran> =>
  runCli(
    [
      ...['bench', 'conformance,latency:resnet20.seed0,resnet8.seed0:fp32:b1:32', TRAINED],
      ...['--backends', 'null,f64,ort-node/cpu', '--rounds', '2', '--samples', '3', '--warmup', '2'],
      // Enough time for all images, however busy the machine is.
      ...['--profile', 'full', '--out', folder, ...more],
    ],
    join(root, 'cache'),
  );

const [whole, parts] = ['whole', 'parts'].map((name) => join(root, name)) as [string, string];
const read = (paths: readonly string[]) => {
  const told: string[] = [];
  return { run: readRuns(paths, (line) => told.push(line)), told };
};

/** What must not depend on how a run was made: cells, statuses, placements and accuracy. */
const facts = (paths: readonly string[]) =>
  tabulate(read(paths).run).rows.map(({ id, status, reasons, rounds, placements, measure }) => ({
    ...{ id, status, reasons, rounds, device: placements[0]?.device },
    // Parts are not measured at the same speed.
    accuracy: measure?.suite === 'accuracy' ? { ...measure, speed: undefined, perSecond: undefined } : undefined,
  }));

describe('three shards in three processes', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    const ends = [await bench(whole)];
    // At the same time, as jobs do.
    ends.push(...(await Promise.all(['1/3', '2/3', '3/3'].map((shard) => bench(parts, '--shard', shard)))));
    expect(ends.map(({ code, err }) => [code, errorsOf(err)])).toEqual(ends.map(() => [0, []]));
  }, 300_000);

  it('are together the run without shards: its cells, statuses and accuracy', () => {
    const files = filesIn(parts);
    expect(files).toHaveLength(3);
    expect(facts(files)).toEqual(facts(filesIn(whole)));
    expect(facts([...files].reverse())).toEqual(facts(files));
    const { run, told } = read(files);
    expect(run.header.plan).toEqual(read(filesIn(whole)).run.header.plan);
    expect(told).toEqual(['note: shards were measured at the same time: if on one machine, times may be inflated']);
    expect(run.end).toBeDefined();
  });

  it('have one Top-1 of all images, and each a part of them', () => {
    const results = filesIn(parts).flatMap((path) =>
      read([path]).run.records.flatMap(({ outcome }) =>
        'result' in outcome && outcome.result.suite === 'accuracy' ? [outcome.result] : [],
      ),
    );
    expect(results.map(({ images }) => images).sort()).toEqual([650, 675, 675]);
    const one = facts(filesIn(parts)).find(({ accuracy }) => accuracy !== undefined);
    expect(one).toMatchObject({ status: 'ok', accuracy: { images: 2000, available: 2000 } });
    expect(results.reduce((sum, { top1 }) => sum + top1, 0)).toBe(one?.accuracy?.top1);
  });

  it('are reported from the command line, and compared with the run without shards', async () => {
    const { code, out } = await runCli(['report', parts], join(root, 'cache'));
    expect(code).toBe(0);
    expect(out).not.toContain('not run');
    const compared = await runCli(['compare', whole, parts, '--json'], join(root, 'cache'));
    const { changes } = JSON.parse(compared.out) as { changes: { verdict: string }[] };
    // Times of shards that ran at once may differ: nothing else may.
    const allowed = ['same', 'unsure', 'slower', 'faster'];
    expect(changes.filter(({ verdict }) => !allowed.includes(verdict))).toEqual([]);
  });

  it('say what is missing where one is, as not run', async () => {
    const [first = '', , third = ''] = filesIn(parts);
    const { code, out, err } = await runCli(['report', first, third, '--out', join(root, 'two')], join(root, 'cache'));
    expect(code).toBe(0);
    expect(err).toMatch(/note: no file is of shard [123]\/3: \d+ of \d+ cells are not run/);
    expect(out).toContain('not run: the run file of its shard is missing');
    expect(
      readFileSync(
        join(root, 'two', readdirSync(join(root, 'two')).find((name) => name.endsWith('.html')) ?? ''),
        'utf8',
      ),
    ).toContain('no file is of shard');
  });

  it('are refused with a shard of another run', async () => {
    const [first = '', second = ''] = filesIn(parts);
    const other = join(root, 'other.jsonl');
    writeFileSync(other, readFileSync(second, 'utf8').replace('"seed":0', '"seed":7'));
    const { code, err } = await runCli(['report', first, other], join(root, 'cache'));
    expect(errorsOf(err)).toEqual([
      expect.stringMatching(/they differ in --seed \(0; 7\): name the shards of one run/),
    ]);
    expect(code).toBe(2);
  });

  it('write what the JSON Schema allows, as a run without shards does', () => {
    const lines = [...filesIn(whole), ...filesIn(parts)].flatMap((path) =>
      readFileSync(path, 'utf8').trim().split('\n'),
    );
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.map((line) => JSON.parse(line) as unknown).flatMap(schemaErrors)).toEqual([]);
  });
});

it.each(['0/3', '4/3', 'x'])('--shard %s is refused in one line', async (shard) => {
  const { code, err } = await runCli(['bench', '--shard', shard], join(root, 'cache'));
  expect(err.trim().split('\n')).toEqual([expect.stringContaining('such as 1/3')]);
  expect(code).toBe(2);
});
