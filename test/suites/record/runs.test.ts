import { describe, expect, it } from 'vitest';
import { compare } from '../../../reports/compare/compare.ts';
import { renderMarkdown } from '../../../reports/markdown.ts';
import { REPORTS } from '../../../reports/report.ts';
import { renderTerminal } from '../../../reports/terminal/terminal.ts';
import type { Header } from '../../../suites/record/header.ts';
import type { Outcome, Run } from '../../../suites/record/record.ts';
import { type FileRun, joinRuns, notesOf } from '../../../suites/record/runs.ts';
import { emptyRun } from '../../reports/fixture.ts';
import { PASSED } from '../../reports/results.ts';
import { idOf, latency, ok, runOf } from '../../reports/runs.ts';

const CPU = idOf('latency', 'ort-node/cpu');
const NULL = idOf('latency', 'null');
const WASM = idOf('latency', 'ort-web/wasm');

const passed = ok({ suite: 'conformance', checks: [PASSED] });
const { environment, fingerprint } = emptyRun().header;
const at = (minute: number) => `2026-01-02T03:${`${minute}`.padStart(2, '0')}:00.000Z`;

/** A file whose run began and ended at these minutes, and holds these cells. */
function file(
  name: string,
  [began, ended]: readonly [number, number | undefined],
  cells: { readonly [id: string]: readonly Outcome[] },
  header: Partial<Header> = {},
): FileRun {
  const run = runOf(cells, { started: at(began), ...header });
  const end = ended === undefined ? undefined : { ...(run.end as NonNullable<Run['end']>), at: at(ended) };
  const records = run.records.map((record) => ({ ...record, at: at(began + 1) }));
  return { file: `${name}.jsonl`, run: { ...run, records, end } };
}

const a = file('a', [0, 3], { [CPU]: latency(10, 3) });
const b = file('b', [5, 6], { [NULL]: latency(1, 3) });
const c = file('c', [7, 9], { [WASM]: latency(20, 3) });

/** The same file, with another header. */
const changed = ({ file, run }: FileRun, header: Partial<Header>): FileRun => ({
  file,
  run: { ...run, header: { ...run.header, ...header } },
});

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

describe('several run files', () => {
  it('are one run: every plan and record, from the first beginning to the last end', () => {
    const { header, records, end, damaged, files } = joinRuns([a, b, c]);
    expect(header).toMatchObject({ started: at(0), plan: [CPU, NULL, WASM], rounds: 3, budget: 3 * 420 });
    expect(records).toEqual([a, b, c].flatMap(({ run }) => run.records));
    expect(end?.at).toBe(at(9));
    expect(damaged).toEqual([]);
    expect(files?.map(({ file }) => file)).toEqual(['a.jsonl', 'b.jsonl', 'c.jsonl']);
    expect(notesOf(joinRuns([a, b, c]))).toEqual([]);
  });

  it('are reported in the same bytes whatever their order', () => {
    const orders = [
      [a, b, c],
      [c, b, a],
      [b, a, c],
      [b, c, a],
    ].map(joinRuns);
    const base = runOf({ [CPU]: latency(9, 3) });
    const shown = orders.map((run) => [
      ...REPORTS.map((report) => report.render(run, compare(base, run, 0.03))),
      renderTerminal(run, { color: false, width: 100 }),
      renderMarkdown(compare(base, run, 0.03)),
    ]);
    for (const texts of shown) expect(texts).toEqual(shown[0]);
    // Files that began at the same moment, too.
    const [d, e] = [changed(a, {}), changed(b, { started: at(0) })];
    expect(joinRuns([d, e])).toEqual(joinRuns([e, d]));
  });

  it('are named on the page, each with its own command', () => {
    const [one, other] = [changed(a, { command: ['--one', '<b>'] }), changed(b, { command: ['--other'] })];
    const [page = ''] = REPORTS.map((report) => report.render(joinRuns([one, other])));
    for (const text of ['a.jsonl', 'b.jsonl', 'npm run bench -- --one &lt;b&gt;', 'npm run bench -- --other'])
      expect(page).toContain(text);
  });

  it('that are one file are that file’s run', () => expect(joinRuns([a])).toBe(a.run));

  it('show the cells of a missing one as not run, where each planned all', () => {
    const plan = [CPU, NULL, WASM];
    const run = joinRuns([changed(a, { plan }), changed(c, { plan })]);
    expect(run.header.plan).toEqual(plan);
    expect(renderTerminal(run, { color: false, width: 100 })).toContain('1 not run');
  });

  it('have the packages and the browser that any of them used, and the hash of each', () => {
    const node = { ...environment, browser: null, packages: { 'onnxruntime-node': '1.30.0' }, load: 3, governor: null };
    const page = { ...environment, packages: { 'onnxruntime-web': '1.30.0' } };
    const prints = [
      { hash: 'bbb', parts: { ...fingerprint.parts, browser: 'none', packages: 'onnxruntime-node 1.30.0' } },
      { hash: 'aaa', parts: { ...fingerprint.parts, browser: 'Chromium 140', packages: 'onnxruntime-web 1.30.0' } },
    ] as const;
    const one = changed(a, { environment: node, fingerprint: prints[0] });
    const { header } = joinRuns([one, changed(b, { environment: page, fingerprint: prints[1] })]);
    expect(header.environment).toMatchObject({
      browser: environment.browser,
      packages: { 'onnxruntime-node': '1.30.0', 'onnxruntime-web': '1.30.0' },
      load: 3,
      governor: 'performance',
    });
    expect(header.fingerprint).toEqual({
      hash: 'aaa+bbb',
      parts: {
        ...fingerprint.parts,
        browser: 'Chromium 140',
        packages: 'onnxruntime-node 1.30.0, onnxruntime-web 1.30.0',
      },
    });
  });

  it('have the stolen time of all, each by how long it was measured, and what slowed any', () => {
    const ended = ({ file, run }: FileRun, steal: number | null, quota: number | null): FileRun => ({
      file,
      run: { ...run, end: { ...(run.end as NonNullable<Run['end']>), steal, throttled: { heat: 1, quota } } },
    });
    // Three minutes, and one.
    const { end } = joinRuns([ended(a, 0.4, 2), ended(b, 0, null)]);
    expect(end?.steal).toBeCloseTo(0.3, 4);
    expect(end?.throttled).toEqual({ heat: 2, quota: 2 });
    expect(joinRuns([ended(a, null, null), ended(b, null, null)]).end).toMatchObject({
      steal: null,
      throttled: { heat: 2, quota: null },
    });
  });

  it('judge the CPU quota’s waits by the time measured, not by the time between files', () => {
    const far = file('far', [50, 51], { [NULL]: latency(1, 3) });
    const slow = { ...a.run, end: { ...(a.run.end as NonNullable<Run['end']>), throttled: { heat: 0, quota: 10 } } };
    const { notices } = compare(joinRuns([{ file: 'a.jsonl', run: slow }, far]), c.run, 0.03);
    expect(notices).toEqual([expect.stringContaining('the base: the CPU quota made the processes wait for 10')]);
  });

  it('keep where each went on, and are unfinished where one is, which is named', () => {
    const resume = { kind: 'resume', at: at(2), budget: 9, load: 0 } as const;
    const resumed = { ...a, run: { ...a.run, resumes: [resume] } };
    const lost = file('lost', [5, undefined], { [NULL]: latency(1, 3) });
    const run = joinRuns([lost, resumed]);
    expect(run.resumes).toEqual([resume]);
    expect(run.end).toBeUndefined();
    expect(run.files?.map(({ resumes, end }) => [resumes.length, end?.at])).toEqual([
      [1, at(3)],
      [0, undefined],
    ]);
    expect(notesOf(run)).toEqual(['lost.jsonl has no end record: its run was cut short']);
    expect(compare(run, c.run, 0.03).notices).toContain('the base did not end by itself (lost.jsonl)');
    expect(REPORTS[0]?.render(run)).toContain('lost.jsonl has no end record: its run was cut short');
  });

  it('that were measured at the same time are told', () => {
    const during = file('during', [2, 8], { [NULL]: latency(1, 3) });
    expect(notesOf(joinRuns([during, a]))).toEqual([
      'a.jsonl and during.jsonl were measured at the same time: times may be inflated',
    ]);
  });

  it('keep the damaged lines of each, by its name', () => {
    const torn = { ...b, run: { ...b.run, damaged: ['b.jsonl:3: torn'] } };
    expect(joinRuns([torn, { ...a, run: { ...a.run, damaged: ['a.jsonl:2: bad'] } }]).damaged).toEqual([
      'a.jsonl:2: bad',
      'b.jsonl:3: torn',
    ]);
  });

  it('have the models of a person that any of them brought', () => {
    const model = (id: string) => ({ id, architecture: null, files: [{ name: `${id}.onnx`, sha256: '1' }] });
    const [one, other] = [changed(a, { models: [model('x')] }), changed(b, { models: [model('y'), model('x')] })];
    expect(joinRuns([one, other, c]).header.models).toEqual([model('x'), model('y')]);
    const changedModel = { ...model('x'), files: [{ name: 'x.onnx', sha256: '2' }] };
    expect(refusal(one, changed(b, { models: [changedModel] }))).toBe(
      'a.jsonl and b.jsonl are not of one run: they differ in the files of x (x.onnx 1; x.onnx 2): run both alike, or read each by itself',
    );
  });
});

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

describe('files that hold the same', () => {
  it('count once where one is a copy of the other, and say so', () => {
    const copy = { ...a, file: 'copy.jsonl' };
    const run = joinRuns([copy, b, a]);
    expect(run).toEqual(joinRuns([b, a, copy]));
    expect(run.records).toHaveLength(6);
    expect(run.header.budget).toBe(2 * 420);
    expect(run.files?.map(({ file, copies }) => [file, copies])).toEqual([
      ['a.jsonl', ['copy.jsonl']],
      ['b.jsonl', []],
    ]);
    expect(notesOf(run)).toEqual(['copy.jsonl holds nothing that a.jsonl does not: it is read once']);
  });

  it('count once where one was copied before the other went on, and the whole is finished', () => {
    const early = { file: 'early.jsonl', run: { ...a.run, records: a.run.records.slice(0, 1), end: undefined } };
    const run = joinRuns([early, a]);
    expect(run.end).toEqual(a.run.end);
    expect(run.records).toEqual(a.run.records);
    expect(notesOf(run)).toEqual(['early.jsonl holds nothing that a.jsonl does not: it is read once']);
  });

  it('count once where single records are the same, and say how many', () => {
    const { run } = file('more', [0, 3], { [CPU]: [], [NULL]: [passed] });
    const more = { file: 'more.jsonl', run: { ...run, records: [...a.run.records.slice(1), ...run.records] } };
    const joined = joinRuns([a, more]);
    expect(joined.records).toHaveLength(4);
    expect(notesOf(joined)[0]).toMatch(
      /^2 records of (a|more)\.jsonl are in (more|a)\.jsonl too, with the same values: they count once$/,
    );
  });
});
