import { describe, expect, it } from 'vitest';
import { INPUT } from '../../reference/graph.ts';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { isRightEverywhere, locatedText } from '../../scripts/locate-text.ts';
import type { LocatedCell } from '../../suites/engine/locate-cell.ts';
import type { Failure } from '../../suites/locate/suspect.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import { judgeElements } from '../reference/elements.ts';

const node = { name: 'r', op: 'Relu', inputs: [INPUT] } as const;
const graph = { name: 'net', channels: 1, nodes: [node], output: 'r', stages: new Map() };
const verdict = judgeElements([3], [1], [1]);
const failure: Failure = {
  ...{ graph, weights: new Map(), input: { shape: [1, 1, 1, 1], data: Float64Array.of(1) }, index: 1 },
  ...{ arithmetic: FLOAT32, output: [3], verdict, own: undefined },
};
const located = { node, whole: failure, smallest: failure, proved: true, lessExact: false };
const right: LocatedCell = {
  cell: parseCell('conformance:net.user:fp32:b1:32:ort-web/webgl'),
  ...{ bench: [], located: undefined, lessExact: false, compared: [], doubt: undefined, repro: undefined },
};
const bench = [{ tensor: 'logits', input: 1, verdict }];
const repro = { path: 'out/index.html', packages: [], version: '1', alone: { says: 'DEFECT {}' } };
const told = (found: Partial<LocatedCell>) => {
  const all = { ...right, ...found };
  return { right: isRightEverywhere(all), text: locatedText(all) };
};

describe('what locate says', () => {
  it('is one line where everything is right', () => {
    expect(told({})).toEqual({
      right: true,
      text: 'net.user on ort-web/webgl: every stage and the output are correct\n',
    });
  });

  it('is both statements, in one line, where a benchmark finds more than it does', () => {
    expect(told({ bench })).toEqual({
      right: false,
      text: 'net.user on ort-web/webgl: a benchmark finds logits wrong on input 2: error 2.00e+0 is 2.00× what is allowed, relative L2 2.0e+0; but locate finds no wrong node, cut at every stage and the output\n',
    });
  });

  it('accuses nobody where all is within the limits of Winograd’s algorithm', () => {
    const { right, text } = told({ bench, located: { ...located, proved: false, lessExact: true }, lessExact: true });
    expect(right).toBe(true);
    expect(text).toMatch(/^net\.user on ort-web\/webgl: right, but less exact .* first at r \(Relu\): error 2/);
  });

  it('begins with both statements where a benchmark finds less', () => {
    const { right, text } = told({ located, repro });
    expect(right).toBe(false);
    expect(text).toMatch(
      /^net\.user on ort-web\/webgl: locate finds r \(Relu\) wrong, but a benchmark finds every stage and the output right\n/,
    );
  });

  it('says whether an error is proved, on which input, and whether the repro stands alone', () => {
    const { text } = told({ bench, located, repro });
    expect(text).toMatch(
      /^net\.user on ort-web\/webgl: the first wrong node is r \(Relu\)\n {2}proved by its worst-case/,
    );
    expect(text).toContain('in the network, on input 2: ');
    expect(text).toContain('run again by itself: the defect stands in it alone');
    expect(told({ bench, located: { ...located, proved: false }, repro }).text).toContain(
      '  beyond what right implementations do, but not beyond its worst-case bound\n',
    );
    const alone = { says: 'right {}' };
    expect(told({ bench, located, repro: { ...repro, alone } }).text).toContain(
      'the defect does not stand in it alone: right {}',
    );
  });

  it('accuses the export and not the backend, in one line, where another evaluation differs too', () => {
    const { right, text } = told({ bench, located, doubt: { backend: undefined, verdict } });
    expect([right, text.split('\n').length]).toEqual([false, 2]);
    expect(text).toContain('the export is wrong, not ort-web/webgl: ');
    const other = told({ bench, located, doubt: { backend: 'ort-node/cpu', verdict } }).text;
    expect(other).toContain('the export may be wrong, not ort-web/webgl: on ort-node/cpu, error');
  });
});
