import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderTerminal } from '../../../reports/terminal/terminal.ts';
import { SCHEMA } from '../../../suites/record/header.ts';
import { parseRun, type Run } from '../../../suites/record/record.ts';
import { OLDER, type Older, upgradeFrom } from '../../../suites/record/upgrades.ts';
import { SUITES } from '../../../suites/suites.ts';
import { syntheticRun } from '../../reports/fixture.ts';

/** A file that an earlier version wrote. */
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8');

/** The results of a suite in a run. */
const resultsOf = (run: Run, suite: string) =>
  run.records.flatMap(({ outcome }) => ('result' in outcome && outcome.result.suite === suite ? [outcome.result] : []));

const header = (schema: unknown) => JSON.stringify({ kind: 'run', schema });

describe('a run file of another schema', () => {
  it('is refused with the version that can read it', () => {
    expect(() => parseRun(header(1), 'old.jsonl')).toThrow(
      `old.jsonl is a run file of schema 1, and this version reads schema ${SCHEMA}: read it with commit 0085e47`,
    );
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

describe('a file that an earlier version wrote', () => {
  it('of schema 1 is refused with the commit that reads it', () => {
    expect(() => parseRun(fixture('schema-1'), 'one.jsonl')).toThrow(
      'one.jsonl is a run file of schema 1, and this version reads schema 3: read it with commit 0085e47: git checkout 0085e47 && npm ci',
    );
  });

  it.each(['schema-2', 'schema-3-first', 'schema-3'])('is read whole and reported: %s', (name) => {
    const run = parseRun(fixture(name), `${name}.jsonl`);
    expect(run.damaged).toEqual([]);
    expect(run.header.schema).toBe(SCHEMA);
    expect(run.end).toBeDefined();
    expect(run.records.map(({ id }) => id).sort()).toEqual([...run.header.plan].sort());
    expect(run.records.map(({ outcome }) => outcome.status)).toEqual(Array.from({ length: 8 }, () => 'ok'));
    for (const { id, figures } of SUITES) {
      const results = resultsOf(run, id);
      if (results.length > 0) expect(figures(results)).toBeDefined();
    }
    expect(renderTerminal(run, { color: false, width: 100 })).toContain('resnet20.seed0');
  });

  it('of schema 2 gets the work of a call that later versions record', () => {
    const work = (name: string) =>
      resultsOf(parseRun(fixture(name), name), 'latency').map((one) => Reflect.get(one, 'work'));
    expect(work('schema-2')).toEqual([
      { macs: 40_551_040, bytes: 2_579_664 },
      { macs: 40_551_040, bytes: 2_579_664 },
    ]);
    expect(work('schema-2')).toEqual(work('schema-3'));
  });

  it('of schema 2 loses only the latency of a custom model, whose file it does not hold', () => {
    const own = fixture('schema-2').replaceAll('resnet20.seed0', 'net.user');
    const { records, damaged } = parseRun(own, 'own.jsonl');
    expect(records).toHaveLength(6);
    expect(damaged).toEqual([
      'own.jsonl:3: the work of a call on net.user is not known',
      'own.jsonl:7: the work of a call on net.user is not known',
    ]);
  });

  it('of early schema 3 keeps the parts of a start-up, and says nothing of the adapter that it did not record', () => {
    const run = parseRun(fixture('schema-3-first'), 'first.jsonl');
    const [, page] = resultsOf(run, 'startup');
    expect(page).toEqual({
      suite: 'startup',
      module: 34.644999995827675,
      device: null,
      read: null,
      session: 2661.935000002384,
      first: 11535.710000000894,
      second: 1317.3299999982119,
      bytes: null,
      compiled: null,
      warm: null,
    });
    const adapters = run.records.flatMap(({ outcome }) =>
      'placement' in outcome ? (outcome.placement.adapter ?? []) : [],
    );
    expect(adapters[0]).toEqual({
      vendor: null,
      architecture: null,
      device: null,
      driver: null,
      description: 'google swiftshader',
      software: true,
    });
  });
});
