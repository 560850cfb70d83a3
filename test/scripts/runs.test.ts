import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readRuns } from '../../suites/engine/runs.ts';
import type { Header } from '../../suites/record/header.ts';
import { idOf, latency, runOf } from '../reports/runs.ts';
import { errorsOf, runCli } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'resnet-runs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const cli = (words: readonly string[]) => runCli(words, join(root, 'cache'));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

const [CPU, NULL] = ['ort-node/cpu', 'null'].map((backend) => idOf('latency', backend)) as [string, string];
const LATER = '2026-01-02T03:20:00.000Z';

/** Writes a run file of one cell, with more lines behind it. */
function write(name: string, id: string, header: Partial<Header> = {}, more: readonly string[] = []): string {
  const run = runOf({ [id]: latency(10, 3) }, header);
  const end = { ...run.end, at: '2026-01-02T03:30:00.000Z' };
  const path = join(folder, name);
  writeFileSync(
    path,
    [...[run.header, ...run.records, end].map((line) => JSON.stringify(line)), ...more, ''].join('\n'),
  );
  return path;
}

const pages = (at = folder) => readdirSync(at).filter((name) => !name.endsWith('.jsonl'));

describe('report', { timeout: 60_000 }, () => {
  it('reads several files as one run, and writes pages beside the first, named after both', async () => {
    const [a, b] = [write('a.jsonl', CPU), write('b.jsonl', NULL, { started: LATER })];
    const there = await cli(['report', a, b]);
    expect([there.code, errorsOf(there.err)]).toEqual([0, []]);
    expect(pages()).toEqual(['a+1.csv', 'a+1.html']);
    expect(there.out.trim().split('\n').slice(-4)).toEqual([
      a,
      b,
      ...['html', 'csv'].map((end) => join(folder, `a+1.${end}`)),
    ]);
    const read = (name: string) => ['html', 'csv'].map((end) => readFileSync(join(folder, `${name}.${end}`)));
    const back = await cli(['report', b, a]);
    expect(read('b+1')).toEqual(read('a+1'));
    const table = (out: string) => out.split('\n').slice(0, -5).join('\n');
    expect(table(back.out)).toBe(table(there.out));
    expect(table(there.out)).toContain('ort-node/cpu');
    expect(table(there.out)).toContain('null');
  });

  it('writes pages into the folder that --out names', async () => {
    const [a, b] = [write('a.jsonl', CPU), write('b.jsonl', NULL, { started: LATER })];
    const out = join(folder, 'new', 'out');
    expect((await cli(['report', a, b, '--out', out])).code).toBe(0);
    expect([pages(), readdirSync(out)]).toEqual([['new'], ['a+1.csv', 'a+1.html']]);
    expect((await cli(['report', a, '--out', out])).code).toBe(0);
    expect(readdirSync(out)).toEqual(['a+1.csv', 'a+1.html', 'a.csv', 'a.html']);
    expect(pages()).toEqual(['new']);
  });

  it('reads a folder’s run files, and puts pages of its name into it', async () => {
    write('b.jsonl', NULL, { started: LATER });
    write('a.jsonl', CPU);
    for (const other of ['notes.txt', 'a.html', '._a.jsonl']) writeFileSync(join(folder, other), 'not a run');
    mkdirSync(join(folder, 'earlier.jsonl'));
    const { code, err } = await cli(['report', folder]);
    expect([code, errorsOf(err)]).toEqual([0, []]);
    const name = basename(folder);
    expect(pages().sort()).toEqual(['a.html', `${name}.csv`, `${name}.html`, 'notes.txt']);
    // The same as the files by their names.
    const html = readFileSync(join(folder, `${name}.html`), 'utf8');
    await cli(['report', join(folder, 'b.jsonl'), join(folder, 'a.jsonl')]);
    expect(readFileSync(join(folder, 'b+1.html'), 'utf8')).toBe(html);
  });

  it('names the file of a damaged line, and one that has no end', async () => {
    const a = write('a.jsonl', CPU, {}, ['hello']);
    const run = runOf({ [NULL]: latency(1, 3) }, { started: LATER });
    const b = join(folder, 'b.jsonl');
    writeFileSync(b, [run.header, ...run.records].map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { err, code } = await cli(['report', a, b]);
    expect(code).toBe(0);
    expect(err).toContain(`warning: skipped a damaged line: ${a}:6: `);
    expect(err).toContain(`note: ${b} has no end record: its run was cut short`);
  });

  it('reads a file once that is named twice, and says so', async () => {
    const a = write('a.jsonl', CPU);
    const { err, code } = await cli(['report', a, `${folder}/./a.jsonl`, folder]);
    expect(code).toBe(0);
    expect(err.match(/note: \S+a\.jsonl is named more than once: it is read once/g)).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['a+2.csv', 'a+2.html', 'a.jsonl']);
  });

  it.each<[string, () => string[], (message: string) => void]>([
    [
      'an empty folder',
      () => [folder],
      (message) =>
        expect(message).toBe(
          `error: ${folder} holds no run file (*.jsonl): name a run file, or a folder with run files`,
        ),
    ],
    [
      'a folder with a foreign file',
      () => {
        write('a.jsonl', CPU);
        writeFileSync(join(folder, 'b.jsonl'), '{"event":"other"}\n');
        return [folder];
      },
      (message) =>
        expect(message).toContain(
          `not a run file (its first line must be a header of schema 3): ${folder}/b.jsonl:1: `,
        ),
    ],
    [
      'a file that is missing',
      () => [write('a.jsonl', CPU), join(folder, 'shard-2.jsonl')],
      (message) => expect(message).toBe(`error: cannot read ${folder}/shard-2.jsonl (ENOENT)`),
    ],
    [
      'another commit',
      () => [write('a.jsonl', CPU), write('b.jsonl', NULL, { commit: 'fedcba987654', started: LATER })],
      (message) =>
        expect(message).toBe(
          `error: ${folder}/a.jsonl and ${folder}/b.jsonl are not from the same run: they differ in commit (0123456789ab+; fedcba987654): run both with the same options, or read each separately`,
        ),
    ],
    [
      'the same cell',
      () => [write('a.jsonl', CPU), write('b.jsonl', CPU, { started: LATER })],
      (message) => expect(message).toContain(`${folder}/a.jsonl and ${folder}/b.jsonl both hold round 0 of ${CPU}: `),
    ],
    [
      'a control character in what differs',
      () => [
        write('a.jsonl', CPU),
        write('b.jsonl', NULL, { profile: `\u001b[2J${'x'.repeat(999)}\nerror: y`, started: LATER }),
      ],
      (message) => expect(message).toMatch(/^error: \P{Cc}+ differ in --profile \(quick; \P{Cc}{1,90}\): \P{Cc}+$/u),
    ],
  ])('refuses %s in one line, and writes nothing', async (_, words, check) => {
    const paths = words();
    const before = readdirSync(folder);
    const { code, err, out } = await cli(['report', ...paths]);
    expect([code, out]).toEqual([2, '']);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    check(err.trimEnd());
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('compare', { timeout: 60_000 }, () => {
  it('takes a folder, or a file, for either run', async () => {
    const [base, head] = ['base', 'head'].map((name) => join(folder, name)) as [string, string];
    for (const side of [base, head]) {
      mkdirSync(side);
      write(join(side, 'a.jsonl').slice(folder.length), CPU);
    }
    write('head/b.jsonl', NULL, { started: LATER });
    const { code, out, err } = await cli(['compare', base, head, '--json']);
    expect([code, errorsOf(err)]).toEqual([0, []]);
    const verdicts = (JSON.parse(out) as { changes: { id: string; verdict: string }[] }).changes;
    expect(verdicts.find(({ id }) => id === NULL)?.verdict).toBe('new');
    const single = await cli(['compare', join(base, 'a.jsonl'), head, '--json']);
    expect(single.out).toBe(out);
    // The page of one has the other in it.
    expect((await cli(['report', head, '--baseline', base])).code).toBe(0);
    expect(readFileSync(join(head, 'head.html'), 'utf8')).toMatch(/Since the baseline: .* 1 new/s);
  });

  it('shows more than two side by side, and refuses one', async () => {
    const paths = ['a.jsonl', 'b.jsonl', 'c.jsonl'].map((name) => write(name, CPU));
    const { code, out } = await cli(['compare', ...paths]);
    expect(code).toBe(0);
    expect(out).toMatch(/^cell +a +b +c$/m);
    const single = await cli(['compare', ...paths.slice(0, 1)]);
    expect([single.code, errorsOf(single.err)]).toEqual([
      2,
      [expect.stringContaining("missing required argument 'head'")],
    ]);
  });

  it('refuses a threshold, a class of hosts and a verdict that it does not know, with the nearest', async () => {
    for (const [words, text] of [
      [['--fail-on', 'slowr'], "did you mean 'slower'?"],
      [['--threshold', 'nod=3%'], "did you mean 'node'?"],
      [['--threshold', 'node=3'], 'It must be a percentage'],
    ] as const) {
      const { code, err } = await cli(['compare', 'a.jsonl', 'b.jsonl', ...words]);
      expect([code, err]).toEqual([2, expect.stringContaining(text)]);
    }
  });
});

describe('readRuns', () => {
  it('gives the run of a single file as it stands', () => {
    const a = write('a.jsonl', CPU);
    const told: string[] = [];
    expect(readRuns([a], (line) => told.push(line))).toEqual(readRuns([folder], (line) => told.push(line)));
    expect(readRuns([a], () => {}).files).toBeUndefined();
    expect(told).toEqual([]);
  });

  it('says why nothing is read where nothing is named', () =>
    expect(() => readRuns([], () => {})).toThrow('no run file'));
});
