import { describe, expect, it } from 'vitest';
import { SCHEMA } from '../../../suites/record/header.ts';
import { parseRun } from '../../../suites/record/record.ts';
import { OLDER, type Older, upgradeFrom } from '../../../suites/record/upgrades.ts';
import { syntheticRun } from '../../reports/fixture.ts';

const header = (schema: unknown) => JSON.stringify({ kind: 'run', schema });

describe('a run file of another schema', () => {
  it('is refused with the version that can read it', () => {
    expect(() => parseRun(header(1), 'old.jsonl')).toThrow(
      `old.jsonl is a run file of schema 1, and this version reads schema ${SCHEMA}: read it with commit 0085e47`,
    );
    expect(() => parseRun(header(2), 'old.jsonl')).toThrow(/of schema 2, .*read it with commit 924c3c7/);
  });

  it('is refused where it is newer than this version', () => {
    expect(() => parseRun(header(99), 'new.jsonl')).toThrow(
      `new.jsonl is a run file of schema 99, and this version reads schema ${SCHEMA}: read it with a newer version`,
    );
  });

  it.each([0, -1, 1.5, '3', null])('is no run file where the schema is %j', (schema) => {
    expect(() => parseRun(header(schema), 'x')).toThrow('not a run file');
  });

  it('has a row for every schema before this one', () => {
    expect(OLDER.map(({ schema }) => schema)).toEqual(Array.from({ length: SCHEMA - 1 }, (_, i) => i + 1));
  });

  it('is read where each step from it is an upgrade', () => {
    const named = (name: string) => (line: unknown) => ({ ...(line as object), [name]: true });
    const older: Older[] = [
      { schema: 1, commit: 'abc' },
      { schema: 2, upgrade: named('two') },
      { schema: 3, upgrade: named('three') },
    ];
    expect(upgradeFrom(2, 4, older)({ kind: 'end' })).toEqual({ kind: 'end', two: true, three: true });
    const same = { kind: 'end' };
    expect(upgradeFrom(4, 4, older)(same)).toBe(same);
    expect(() => upgradeFrom(1, 4, older)).toThrow('read it with commit abc');
    // The first step that is missing decides.
    expect(() => upgradeFrom(2, 4, [older[1] as Older, { schema: 3, commit: 'def' }])).toThrow('commit def');
  });

  it('of this schema is read as ever', () => {
    const run = syntheticRun();
    const lines = [run.header, ...run.records, run.end].map((line) => JSON.stringify(line));
    expect(parseRun(lines.join('\n'), 'run.jsonl').records).toEqual(run.records);
  });
});
