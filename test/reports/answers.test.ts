import { describe, expect, it } from 'vitest';
import { fastestOn } from '../../reports/table/answers.ts';
import { choicesOf } from '../../reports/table/decision.ts';
import { tabulate } from '../../reports/table/table.ts';
import { renderTerminal } from '../../reports/terminal/terminal.ts';
import type { Check } from '../../suites/record/check.ts';
import type { Outcome, Record } from '../../suites/record/record.ts';
import type { Result } from '../../suites/suites.ts';
import { emptyRun } from './fixture.ts';
import { fullPage } from './full-page.ts';
import { LATENCY, PASSED, PLACED } from './results.ts';

const AT = '2026-01-02T03:04:05.000Z';
const record = (id: string, round: number, outcome: Outcome): Record => ({
  kind: 'record',
  id,
  round,
  at: AT,
  outcome,
});
const cell = (backend: string, suite = 'latency') => `${suite}:resnet18.live0:fp32:b1:224:${backend}`;
/** Rounds whose medians are these milliseconds. */
const timed = (backend: string, ...times: number[]): Record[] =>
  times.map((ms, round) =>
    record(cell(backend), round, {
      status: 'ok',
      placement: { ...PLACED, device: backend === 'null' ? 'none' : 'cpu' },
      result: { ...LATENCY, samples: [ms, ms, ms] },
    }),
  );
const runOf = (records: readonly Record[], more: readonly string[], within: number | null) => {
  const { header, ...rest } = emptyRun();
  const plan = [...new Set([...records.map(({ id }) => id), ...more])];
  return { ...rest, header: { ...header, plan, within }, records: [...records] };
};
/** The paragraphs that a terminal shows last, from the fastest on. */
const told = (records: readonly Record[], more: readonly string[], within: number | null): string[] => {
  const lines = renderTerminal(runOf(records, more, within), { color: false, width: 100 }).split('\n');
  const from = lines.findIndex((line) => line.includes('fastest right'));
  return (from === -1 ? lines : lines.slice(from + 1)).map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
};

describe('the answer of a run, at the end of what a terminal shows', () => {
  const node = timed('ort-node/cpu', 10, 10.1, 9.9, 10, 10);
  const wasm = timed('ort-web/wasm', 40, 41, 40, 39, 40);
  const close = timed('tfjs/wasm', 41, 40, 42, 40, 41);

  it('is the fastest on each host, and how many latencies are known, of all that were planned and can run', () => {
    const wide = timed('tfjs/cpu', 100, 200, 150);
    const cannot = record(cell('ort-node/cuda'), 0, { status: 'unsupported', reason: 'no GPU', fix: 'buy one' });
    const gauge = timed('null', 1, 2, 3);
    const lines = told([...node, ...wasm, ...wide, ...gauge, cannot], [cell('tfjs/wasm')], 0.05);
    expect(lines.slice(0, 3)).toEqual([
      'resnet18.live0 · 224×224',
      expect.stringMatching(/^Node \| ort-node\/cpu \| 10\.0 \(.*\) \| – \| – \| the only one$/),
      expect.stringMatching(/^\S.* \| ort-web\/wasm \| 40\.0 \(.*\)/),
    ]);
    expect(lines.at(-2)).toBe('2 of 4 latencies known to ±5 %');
    expect(lines.at(-3)).toBe('6 cells · 4 ok · 1 not run · 1 unsupported');
  });

  it('says which of the others have no single time', () => {
    const two = timed('tfjs/cpu', 228, 130, 229, 131, 228);
    expect(told([...node, ...two, ...timed('tfjs/wasm', 1, 2, 4)], [], 0.05).at(-2)).toBe(
      '1 of 3 latencies known to ±5 %, 1 of the others at two speeds',
    );
  });

  it('names those that are not told apart from the fastest, and those with too few rounds', () => {
    const few = timed('tfjs/cpu', 39, 40);
    const text = told([...wasm, ...close, ...few], [], null).join('\n');
    expect(text).toContain('not told apart from tfjs/wasm; too few rounds to rank tfjs/cpu');
    expect(told(few, [], null).join('\n')).toContain('too few rounds to rank; the only one');
  });

  it('leaves out a size that one slow backend alone ran', () => {
    const [one] = timed('tfjs/cpu', 100, 101, 99);
    const small = { ...one, id: 'latency:resnet18.live0:fp32:b1:64:tfjs/cpu' } as Record;
    const text = told([...wasm, ...close, small], [], null).join('\n');
    expect(text).toContain('resnet18.live0 · 224×224');
    expect(text).not.toContain('tfjs/cpu');
  });

  it('is the judgement of the decision table: the first rank on each host', () => {
    const table = tabulate(runOf([...node, ...wasm, ...close], [], null));
    const [choice] = choicesOf(table);
    for (const host of ['node', 'browser'] as const)
      expect(choice && fastestOn(choice, host)?.best).toMatchObject({ rank: 1 });
  });

  const beyond: Check = { ...PASSED, tensor: 'layer1', ratio: 50, top1: null, top5: null };
  const wrongRecords = (conformance: Partial<Result>): Record[] => [
    record(cell('ort-web/webgl', 'conformance'), 0, {
      status: 'wrong',
      reason: 'relu (Conv → Relu): error 2 is 40× its worst case',
      placement: PLACED,
      result: { suite: 'conformance', checks: [{ ...PASSED, ratio: 900 }, beyond], ...conformance } as Result,
    }),
    record(cell('ort-web/webgl'), 0, {
      status: 'wrong',
      reason: 'its session gave a wrong output: conformance: relu (Conv → Relu): error 2 is 40× its worst case',
      placement: PLACED,
      result: { ...LATENCY, samples: [1, 1, 1] },
    }),
  ];
  const locate = `npm run locate -- ${cell('ort-web/webgl', 'conformance')}`;

  it('calls no wrong backend fast, and names its first wrong layer and the command that finds it', () => {
    const settled = { node: 'relu', ops: ['Conv', 'Relu'], input: 0, error: 2, ratio: 40, how: 'nodes' as const };
    const lines = told([...wasm, ...wrongRecords({ settled })], [], null);
    expect(lines[1]).toContain('ort-web/wasm');
    const at = lines.indexOf('wrong: ort-web/webgl, resnet18.live0 · 224×224; first wrong layer: relu (Conv → Relu)');
    expect(lines.slice(at + 1)).toEqual([locate, '', '3 cells · 1 ok · 2 wrong', '']);
  });

  it('names the first tensor beyond its limit where no layer is proven, not the worst one', () => {
    expect(told(wrongRecords({}), [], null)).toContain(
      'wrong: ort-web/webgl, resnet18.live0 · 224×224; first beyond its limit: layer1',
    );
  });

  it('says once what one suite found of the outputs of a session', () => {
    const text = renderTerminal(runOf(wrongRecords({}), [], null), { color: false, width: 100 });
    expect(text.split('40× its worst case')).toHaveLength(2);
    expect(text).not.toContain('its session gave');
  });

  it('is on the page too: one problem for the session, whose figures are of the tensor that it names', () => {
    const page = fullPage(runOf(wrongRecords({}), [], null));
    expect(page.split('class="problem"')).toHaveLength(2);
    expect(page).toContain('First beyond its limit: <b>layer1</b>');
    expect(page).toContain('layer1 would have passed with');
    expect(page).not.toContain('logits would have passed with');
  });

  it('gives a backend that computes nothing no rate of computing', () => {
    const text = renderTerminal(runOf([...node, ...timed('null', 1, 2, 3)], [], null), { color: false, width: 160 });
    expect(text).toContain('GFLOP/s');
    expect(text.split('\n').find((line) => line.startsWith('  null'))).toMatch(/–$/);
  });
});
