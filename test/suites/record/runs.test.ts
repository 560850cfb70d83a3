import { describe, expect, it } from 'vitest';
import { compare } from '../../../reports/compare/compare.ts';
import { renderMarkdown } from '../../../reports/markdown.ts';
import { REPORTS } from '../../../reports/reports.ts';
import { renderTerminal } from '../../../reports/terminal/terminal.ts';
import type { Run } from '../../../suites/record/record.ts';
import { type FileRun, joinRuns, notesOf } from '../../../suites/record/runs.ts';
import { emptyRun } from '../../reports/fixture.ts';
import { PASSED } from '../../reports/results.ts';
import { latency, ok, runOf } from '../../reports/runs.ts';
import { a, at, b, CPU, c, changed, file, NULL, WASM } from './files.ts';

const passed = ok({ suite: 'conformance', checks: [PASSED] });
const { environment, fingerprint } = emptyRun().header;

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
    expect(compare(run, c.run, 0.03).notices).toContain('the base has no end record (lost.jsonl)');
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
    expect(notesOf(run)).toEqual(['copy.jsonl is a copy of a.jsonl or of a part of it: it is read once']);
  });

  it('count once where one was copied before the other went on, and the whole is finished', () => {
    const early = { file: 'early.jsonl', run: { ...a.run, records: a.run.records.slice(0, 1), end: undefined } };
    const run = joinRuns([early, a]);
    expect(run.end).toEqual(a.run.end);
    expect(run.records).toEqual(a.run.records);
    expect(notesOf(run)).toEqual(['early.jsonl is a copy of a.jsonl or of a part of it: it is read once']);
  });

  it('count once where single records are the same, and say how many', () => {
    const { run } = file('more', [0, 3], { [CPU]: [], [NULL]: [passed] });
    const more = { file: 'more.jsonl', run: { ...run, records: [...a.run.records.slice(1), ...run.records] } };
    const joined = joinRuns([a, more]);
    expect(joined.records).toHaveLength(4);
    expect(notesOf(joined)[0]).toMatch(
      /^2 records of (a|more)\.jsonl are in (more|a)\.jsonl too, with equal values: they count once$/,
    );
  });
});
