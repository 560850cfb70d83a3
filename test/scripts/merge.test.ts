import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseRun, type Run } from '../../suites/record/record.ts';
import { runText } from '../../suites/record/run-text.ts';
import { joinRuns } from '../../suites/record/runs.ts';
import { a, at, b, c, changed } from '../suites/record/files.ts';
import { schemaErrors } from '../suites/record/validator.ts';
import { errorsOf, runCli } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'resnet-merge-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const pathOf = (name: string) => join(root, name);
const write = (name: string, run: Run) => {
  writeFileSync(pathOf(name), runText(run));
  return pathOf(name);
};
const merge = (...words: string[]) => runCli(['merge', ...words], pathOf('cache'));

describe('several run files', { timeout: 60_000 }, () => {
  it('are written as one, which reads as they do together', async () => {
    const resume = { kind: 'resume', at: at(2), budget: 9, load: 0 } as const;
    const resumed = { ...b, run: { ...b.run, resumes: [{ ...resume, at: at(6) }] } };
    const paths = [a, resumed, c].map(({ file, run }) => write(file, run));
    const { code, out, err } = await merge(...paths, '--out', pathOf('one.jsonl'));
    expect([code, out, errorsOf(err)]).toEqual([0, `${pathOf('one.jsonl')}\n`, []]);
    const text = readFileSync(pathOf('one.jsonl'), 'utf8');
    const { header, records, damaged } = parseRun(text, 'one.jsonl');
    const joined = joinRuns([a, resumed, c]);
    expect(damaged).toEqual([]);
    expect(header).toEqual(joined.header);
    expect(records).toEqual(joined.records);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
        .flatMap(schemaErrors),
    ).toEqual([]);
  });

  it('are not written over a file, nor where they do not fit', async () => {
    const [one, two] = [write('a.jsonl', a.run), write('other.jsonl', changed(b, { seed: 3, rounds: 9 }).run)];
    const before = readFileSync(one, 'utf8');
    const over = await merge(one, '--out', one);
    expect([over.code, errorsOf(over.err)]).toEqual([2, [`error: ${one} exists: choose another file with --out`]]);
    expect(readFileSync(one, 'utf8')).toBe(before);
    const unfit = await merge(one, two, '--out', pathOf('unfit.jsonl'));
    expect([unfit.code, errorsOf(unfit.err)]).toEqual([2, [expect.stringContaining('they differ in --rounds (3; 9)')]]);
    expect(() => readFileSync(pathOf('unfit.jsonl'))).toThrow('ENOENT');
    expect((await merge(one)).code).toBe(2);
  });
});
