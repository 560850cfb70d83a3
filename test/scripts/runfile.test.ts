import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeReports } from '../../scripts/report.ts';
import { createRunFiles, openFolder, reopenRunFile } from '../../suites/engine/runfile.ts';
import { syntheticRun } from '../reports/fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'resnet-runfile-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const started = new Date('2026-01-02T03:04:05Z');

it('removes the folders that it made where they are empty, and no other', () => {
  const own = openFolder(join(root, 'new', 'deep'));
  own.removeEmpty();
  expect(existsSync(join(root, 'new'))).toBe(false);
  const shared = openFolder(join(root, 'new', 'deep'));
  writeFileSync(join(root, 'new', 'notes.txt'), 'theirs');
  shared.removeEmpty();
  expect(readdirSync(join(root, 'new'))).toEqual(['notes.txt']);
  const there = join(root, 'there');
  mkdirSync(there);
  openFolder(there).removeEmpty();
  expect(existsSync(there)).toBe(true);
});

it('gives runs that begin in one second files of their own, pairs under one name', () => {
  const out = openFolder(join(root, 'same')).path;
  const files = [[''], [''], ['-a', '-b'], ['-a', '-b']].map((ends) => createRunFiles(out, started, ends));
  for (const file of files.flat()) file.close();
  expect(files.map((some) => some.map(({ path }) => basename(path)))).toEqual([
    ['bench-2026-01-02T03-04-05.jsonl'],
    ['bench-2026-01-02T03-04-05_2.jsonl'],
    ['bench-2026-01-02T03-04-05-a.jsonl', 'bench-2026-01-02T03-04-05-b.jsonl'],
    ['bench-2026-01-02T03-04-05_2-a.jsonl', 'bench-2026-01-02T03-04-05_2-b.jsonl'],
  ]);
});

it('makes its folder again where another run has taken it along', () => {
  const first = openFolder(join(root, 'gone'));
  const second = openFolder(join(root, 'gone'));
  first.removeEmpty();
  const [file] = createRunFiles(second.path, started, ['']);
  file?.close();
  expect(readdirSync(second.path)).toHaveLength(1);
});

it('loses nothing that another process has written since a run was read', () => {
  const path = join(root, 'going.jsonl');
  writeFileSync(path, 'one\ntwo\nhal');
  const read = { size: 8, torn: 3 };
  appendFileSync(path, 'f\nthree\n');
  expect(() => reopenRunFile(path, read.size, read.torn)).toThrow(
    `${path} was written to by another process since it was read: when that has ended, npm run bench -- --resume ${path}`,
  );
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nhalf\nthree\n');
  writeFileSync(path, 'one\ntwo\nhal');
  reopenRunFile(path, read.size, read.torn).close();
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
});

it('keeps what stands where a report cannot be written', () => {
  const path = join(root, 'shown.jsonl');
  // A folder in its place: what may not be replaced stays, whoever asks.
  mkdirSync(join(root, 'shown.html'));
  writeFileSync(join(root, 'shown.html', 'precious'), '');
  expect(() => writeReports(syntheticRun(), { paths: [path], out: undefined })).toThrow(
    /^cannot write \S+shown\.html \(\w+\): .*npm run report -- /,
  );
  expect(readdirSync(root).filter((name) => name.startsWith('shown'))).toEqual(['shown.html']);
  expect(existsSync(join(root, 'shown.html', 'precious'))).toBe(true);
});
