import { describe, expect, it } from 'vitest';
import { compare } from '../../../reports/compare/compare.ts';
import type { Header } from '../../../suites/record/header.ts';
import type { Run } from '../../../suites/record/record.ts';
import { type FileRun, joinRuns } from '../../../suites/record/runs.ts';
import { emptyRun } from '../../reports/fixture.ts';
import { latency } from '../../reports/runs.ts';
import { a, b, CPU, changed, file, NULL } from './files.ts';

const { environment, fingerprint } = emptyRun().header;

/** What joining two files, in both orders, says. */
function refusal(one: FileRun, other: FileRun): string {
  const said = [
    [one, other],
    [other, one],
  ].map((files) => {
    try {
      joinRuns(files);
    } catch (error) {
      return (error as Error).message;
    }
    return 'joined';
  });
  expect(said[1]).toBe(said[0]);
  expect(said[0]).not.toContain('\n');
  return said[0] ?? '';
}

describe('files that do not fit together', () => {
  const SEPARATE = 'or read each by itself';

  it.each<[string, Partial<Header>, string]>([
    ['another commit', { commit: 'fedcba987654' }, 'commit (0123456789ab+; fedcba987654)'],
    ['no commit', { commit: null }, 'commit (0123456789ab+; none)'],
    ['another profile', { profile: 'full' }, '--profile (quick; full)'],
    ['other rounds', { rounds: 5 }, '--rounds (3; 5)'],
    ['another precision', { within: 0.02 }, '--within (none; 2%)'],
    ['other samples', { command: ['--samples', '7'] }, '--samples (the profile’s; 7)'],
    ['another warm-up', { command: ['latency', '--warmup=9'] }, '--warmup (the profile’s; 9)'],
    ['another scenario', { command: ['--scenario', 'offline'] }, '--scenario (the profile’s; offline)'],
  ])('are refused with both names: %s', (_, header, what) => {
    const message = refusal(a, changed(b, header));
    expect(message).toContain(`a.jsonl and b.jsonl are not of one run: they differ in ${what}: `);
    expect(message).toContain(SEPARATE);
  });

  it.each<[string, Partial<Header>, string]>([
    ['cpu', { fingerprint: { ...fingerprint, parts: { ...fingerprint.parts, cpu: 'Z80' } } }, 'Z80'],
    ['memory', { fingerprint: { ...fingerprint, parts: { ...fingerprint.parts, memory: '1 GiB' } } }, 'none; 1 GiB'],
    ['constructor', { fingerprint: { ...fingerprint, parts: { ...fingerprint.parts, constructor: 'x' } } }, 'none; x'],
    [
      'browser',
      { environment: { ...environment, browser: { name: 'Chromium', version: '141.0', flags: [] } } },
      '(Chromium 140.0; Chromium 141.0)',
    ],
    [
      'onnxruntime-node',
      { environment: { ...environment, packages: { 'onnxruntime-node': '1.29.0' } } },
      '(1.30.0; 1.29.0)',
    ],
  ])('are refused where they are of another machine: %s', (part, header, what) => {
    const message = refusal(a, changed(b, header));
    expect(message).toContain(`a.jsonl and b.jsonl are not of one machine: they differ in ${part} (`);
    expect(message).toContain(what);
    expect(message).toContain('compare');
  });

  it('are refused where they took turns with each other, or only one did', () => {
    const pair = (variant: 'a' | 'b', name = 'x') => ({ pair: { name, variant } });
    expect(refusal(changed(a, pair('a')), changed(b, pair('b')))).toBe(
      'a.jsonl and b.jsonl are not of one run: they differ in --aa (version a; version b): compare the two: npm run compare -- a.jsonl b.jsonl',
    );
    expect(refusal(a, changed(b, pair('a')))).toContain('--aa (none; version a)');
    const [both, twin] = ['a', 'b'].map((variant) =>
      joinRuns([changed(a, pair(variant as 'a', 'x')), changed(b, pair(variant as 'a', 'y'))]),
    );
    expect(both?.header.pair).toEqual({ name: 'x, y', variant: 'a' });
    expect(compare(both as Run, twin as Run, 0.03).paired).toBe(true);
  });

  it('are refused where a model of a person has other files', () => {
    const model = (sha256: string) => ({ id: 'x', architecture: null, files: [{ name: 'x.onnx', sha256 }] });
    const [one, other] = [changed(a, { models: [model('1')] }), changed(b, { models: [model('2')] })];
    expect(refusal(one, other)).toBe(
      'a.jsonl and b.jsonl are not of one run: they differ in the files of x (x.onnx 1; x.onnx 2): run both alike, or read each by itself',
    );
  });

  it('are refused where both hold a round of a cell', () => {
    const again = file('again', [5, 6], { [NULL]: latency(1, 3), [CPU]: latency(10, 3) });
    expect(refusal(a, again)).toBe(
      `a.jsonl and again.jsonl both hold round 0 of ${CPU}: leave one out, or compare them: npm run compare -- a.jsonl again.jsonl`,
    );
  });

  it('are refused where they plan more than a run may', () => {
    const plan = (n: number) => Array.from({ length: 15_000 }, (_, i) => `latency:resnet20.seed${i}:fp32:b1:${n}:null`);
    expect(refusal(changed(a, { plan: plan(32) }), changed(b, { plan: plan(64) }))).toBe(
      'a.jsonl, b.jsonl: 30000 cells are more than a run may plan, 20000',
    );
    expect(() => joinRuns([])).toThrow('no run file');
  });
});
