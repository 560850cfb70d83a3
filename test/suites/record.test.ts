import { describe, expect, it } from 'vitest';
import { parseRun, type Record } from '../../suites/record.ts';
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
    ['{"kind":"run","schema":99}', 'not a run file'],
    ['hello', 'not a run file'],
  ])('refuse a file that starts with %j', (text, message) => {
    expect(() => parseRun(text, 'x')).toThrow(message);
  });
});
