import { describe, expect, it } from 'vitest';
import { shortened } from '../../suites/record/limits.ts';
import { parseRun, type Record } from '../../suites/record/record.ts';
import { syntheticRun } from '../reports/fixture.ts';

const run = syntheticRun();
const lines = [run.header, ...run.records, run.end].map((line) => JSON.stringify(line));

describe('run files', () => {
  it('come back as they were written', () => {
    const read = parseRun(`${lines.join('\n')}\n`, 'run.jsonl');
    expect(read.records).toEqual(run.records);
    expect(read.header).toEqual(run.header);
    expect(read.end).toEqual(run.end);
    expect(read.damaged).toEqual([]);
  });

  it('that were cut short and went on have an end with the stolen time of all parts, or none after a crash', () => {
    const end = (at: string, steal: number) => JSON.stringify({ kind: 'end', at, load: 1, steal });
    const resume = JSON.stringify({ kind: 'resume', at: '2026-01-02T05:00:00.000Z', budget: 9, load: 0 });
    const parts = [lines[0], end('2026-01-02T03:05:05.000Z', 0.4), resume, end('2026-01-02T05:03:00.000Z', 0)];
    const read = parseRun(parts.join('\n'), 'run.jsonl');
    // One minute of four.
    expect(read.end?.steal).toBeCloseTo(0.1, 4);
    expect(read.end?.at).toBe('2026-01-02T05:03:00.000Z');
    expect(read.resumes).toHaveLength(1);
    expect(read.damaged).toEqual([]);
    expect(parseRun(parts.slice(0, 3).join('\n'), 'run.jsonl').end).toBeUndefined();
  });

  it('keep the good records where a line is torn, and name the bad one', () => {
    const torn = [...lines];
    torn[2] = (torn[2] ?? '').slice(0, 40);
    const read = parseRun(torn.join('\n'), 'run.jsonl');
    expect(read.records).toHaveLength(run.records.length - 1);
    expect(read.damaged).toHaveLength(1);
    expect(read.damaged[0]).toMatch(/^run\.jsonl:3: /);
  });

  it('refuse a record of another shape', () => {
    const [record] = run.records;
    const other = { ...(record as Record), outcome: { status: 'fine' } };
    const read = parseRun([lines[0], JSON.stringify(other)].join('\n'), 'run.jsonl');
    expect(read.records).toEqual([]);
    expect(read.damaged[0]).toContain('run.jsonl:2: ');
  });

  it.each([
    ['', 'not a run file'],
    ['{"kind":"run","schema":99}', 'x is a run file of schema 99, and this version reads schema'],
    ['{"kind":"run","schema":"3"}', 'not a run file'],
    ['hello', 'not a run file'],
  ])('refuse a file that starts with %j', (text, message) => {
    expect(() => parseRun(text, 'x')).toThrow(message);
  });

  it('keep the times of a visit, and say what is wrong with others', () => {
    const [record] = run.records;
    const visit = { began: '2026-01-02T03:04:05.000Z', ms: 90.5, phases: [['baseline', 0.1]] };
    const read = (more: object) =>
      parseRun([lines[0], JSON.stringify({ ...(record as Record), visit: more })].join('\n'), 'run.jsonl');
    expect(read(visit).records[0]?.visit).toEqual(visit);
    for (const bad of [
      { ...visit, ms: -1 },
      { ...visit, phases: [['baseline']] },
      { ...visit, more: 1 },
    ])
      expect(read(bad).damaged).toEqual([expect.stringMatching(/^run\.jsonl:2: /)]);
  });

  const [first] = run.records as [Record];
  const lineOf = (change: object) => JSON.stringify({ ...first, ...change });
  const NEXT = run.records.length + 2;

  it.each<[string, string | Uint8Array, string]>([
    ['is no UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0x22), 'it is not UTF-8'],
    [
      'no cell of the plan asked for',
      lineOf({ id: 'latency:x.y:fp32:b1:64:null' }),
      'its cell is not in the plan of the run: lat',
    ],
    ['repeats a round of a cell', lineOf({}), 'round 0 of its cell was recorded before: conformance:'],
    ['is of no round', lineOf({ round: -1 }), 'expected number to be >=0'],
    ['has an id of 8 MB', lineOf({ id: 'x'.repeat(8e6) }), 'one of its texts has 8000000 characters'],
    ['has an id of 20 MB', lineOf({ id: 'x'.repeat(2e7) }), 'bytes, more than the 16777216 of a line'],
    ['has a key of 1 MB', lineOf({ ['x'.repeat(1e6)]: 1 }), 'one of its texts has 1000000 characters'],
    ['has a million values', lineOf({ outcome: Array(1e6).fill(0) }), 'it holds more than 500000 values'],
    ['nests a million deep', `${'['.repeat(1e6)}${']'.repeat(1e6)}`, 'its values nest deeper than 16'],
    ['is of another shape, with a long name', lineOf({ ['\u001b[31m\u202e'.repeat(9999)]: 1 }), 'Unrecognized key'],
  ])('leave out a line that %s, and name it', (_, line, reason) => {
    const bytes = Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from(line)]);
    const started = performance.now();
    const read = parseRun(bytes, 'run.jsonl');
    expect(performance.now() - started).toBeLessThan(2000);
    expect(read.records).toEqual(run.records);
    expect(read.damaged).toEqual([expect.stringContaining(reason)]);
    expect(read.damaged[0]).toMatch(new RegExp(`^run\\.jsonl:${NEXT + 1}: [^\\p{Cc}\\p{Cf}]{1,200}$`, 'u'));
  });

  it('name the first damaged lines, and count the others', () => {
    const read = parseRun(`${lines[0]}\n${'hello\n'.repeat(100_000)}`, 'run.jsonl');
    expect(read.damaged).toHaveLength(6);
    expect(read.damaged.at(-1)).toBe('run.jsonl: and 99995 more lines');
  });

  it.each([lines[0] ?? '', '{"kind":"run","schema":99}'])('refuse two runs in one file: %.30s', (second) => {
    const text = [...lines, second, ...lines.slice(1)].join('\n');
    expect(() => parseRun(text, 'run.jsonl')).toThrow(
      `run.jsonl holds two runs: the second begins at line ${NEXT + 1}: split the file there`,
    );
  });

  it('refuse a plan of 200,000 cells with their number, and a header that is not the first line', () => {
    const plan = Array.from({ length: 200_000 }, (_, i) => `latency:resnet20.seed${i}:fp32:b1:32:null`);
    const header = JSON.stringify({ ...run.header, plan });
    expect(() => parseRun(header, 'run.jsonl')).toThrow('200000 cells are more than the 20000 that a run may plan');
    const backends = plan.slice(0, 65).map((id, i) => `${id}/${i}`);
    expect(() => parseRun(JSON.stringify({ ...run.header, plan: backends }), 'run.jsonl')).toThrow(
      '65 backends are more than the 64 that a run may plan',
    );
    expect(() => parseRun(`\n${lines[0]}`, 'run.jsonl')).toThrow('not a run file');
  });

  it('hold what a runtime says at length, with its middle left out', () => {
    const outcome = shortened({ status: 'crash' as const, reason: `it ${'x'.repeat(1e6)} died`, phase: 'open' });
    const read = parseRun(`${lines[0]}\n${lineOf({ outcome })}`, 'run.jsonl');
    expect(read.damaged).toEqual([]);
    expect(read.records[0]?.outcome).toMatchObject({ reason: expect.stringMatching(/^it x+…x+ died$/) });
  });
});

describe('figures of a record that reports could not bear', () => {
  const changed = (suite: string, change: (result: { [name: string]: unknown }) => void) => {
    const found = run.records.find(({ outcome }) => 'result' in outcome && outcome.result.suite === suite);
    const record = structuredClone(found) as unknown as { outcome: { result: { [name: string]: unknown } } };
    change(record.outcome.result);
    return parseRun([lines[0], JSON.stringify(record)].join('\n'), 'run.jsonl');
  };

  it('are damage: logits that are no whole number of float32', () => {
    const logits = { values: btoa('12345'), allowed: btoa('12345') };
    const { records, damaged } = changed('conformance', (result) => Object.assign(result, { logits }));
    expect([records.length, damaged]).toEqual([0, [expect.stringContaining('it is not a whole number of float32')]]);
  });

  it('are damage: more cycles than a slope can be taken from', () => {
    const rss = new Array<number>(50_000).fill(1);
    const processes = [{ role: 'process', rss }];
    const { records, damaged } = changed('leak', (result) => Object.assign(result, { processes }));
    expect([records.length, damaged.length]).toEqual([0, 1]);
  });
});
