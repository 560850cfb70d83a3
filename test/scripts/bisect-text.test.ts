import { describe, expect, it } from 'vitest';
import { answerText, bisectText, hasAnswer } from '../../scripts/bisect-text.ts';
import type { SearchResult } from '../../suites/versions/search.ts';
import { type Bisected, implementationOf, type Tried } from '../../suites/versions/tried.ts';

const placement = { device: 'webgpu', proof: 'placement log', notes: [] };

const tried = (version: string, answer: Tried['answer'], outcome: string): Tried => {
  const implementation = answer === 'skipped' ? undefined : 'JSEP (JsExecutionProvider)';
  return { version, answer, outcome, detail: answer === 'skipped' ? 'no build' : '', implementation, seconds: 12.3 };
};

const bisected = (found: SearchResult, attempts: readonly Tried[]): Bisected => ({
  ...{ subject: 'a:cell', backend: 'ort-web/webgpu', name: 'onnxruntime-web', fault: 'wrong', found },
  ...{ versions: ['1.1.0', '1.2.0', '1.3.0', '1.4.0'], tried: attempts, seconds: 61, load: [1, 2] },
  ...{ decidedBy: 'Conv on [1,6,8,8]', repro: undefined },
});

describe('the answer of a bisection', () => {
  it('names the first bad version, the last good one, and what lies between them', () => {
    const near = bisected({ kind: 'came', lastGood: 1, firstBad: 2 }, []);
    expect(answerText(near)).toBe('first bad version: onnxruntime-web@1.3.0, last good version: onnxruntime-web@1.2.0');
    const far = bisected({ kind: 'came', lastGood: 0, firstBad: 3 }, []);
    expect(answerText(far)).toContain('; 1.2.0, 1.3.0 between them could not be tried');
    expect([near, far].every(hasAnswer)).toBe(true);
  });

  it('says since when every version has it', () => {
    const attempts = [tried('1.4.0', 'bad', 'wrong'), tried('1.2.0', 'bad', 'wrong'), tried('1.1.0', 'skipped', 'no')];
    expect(answerText(bisected({ kind: 'always', since: 1 }, attempts))).toBe(
      'wrong in every version that runs, since onnxruntime-web@1.2.0 (4 versions, 3 tried, 2 run)',
    );
  });

  it('says where there is none', () => {
    const same = bisected({ kind: 'same', answer: 'bad' }, []);
    expect(answerText(same)).toBe('the good and the bad version do not differ: it is wrong with both');
    expect(hasAnswer(same)).toBe(false);
    const stuck = bisected({ kind: 'stuck', index: 3 }, [tried('1.4.0', 'skipped', 'does not run')]);
    expect(answerText(stuck)).toBe('onnxruntime-web@1.4.0 cannot be tried: no build');
  });

  it('has a table of what was tried, the oldest first', () => {
    const attempts = [tried('1.4.0', 'bad', 'wrong'), tried('1.1.0', 'good', 'right')];
    const text = bisectText(bisected({ kind: 'came', lastGood: 0, firstBad: 3 }, attempts));
    expect(text.indexOf('1.1.0    right')).toBeGreaterThan(0);
    expect(text.indexOf('1.4.0    wrong')).toBeGreaterThan(text.indexOf('1.1.0    right'));
  });
});

describe('the implementation that ran', () => {
  it.each([
    [{ JsExecutionProvider: 3 }, ['x.jsep.wasm'], 'JSEP (JsExecutionProvider; x.jsep.wasm)'],
    [{ WebGpuExecutionProvider: 3 }, ['x.jspi.wasm'], 'native WebGPU (WebGpuExecutionProvider; x.jspi.wasm)'],
    [
      { WebGpuExecutionProvider: 3, CPUExecutionProvider: 1 },
      [],
      'native WebGPU (WebGpuExecutionProvider; CPUExecutionProvider)',
    ],
    [{}, [], 'webgpu (placement log)'],
  ])('is told by providers and files: %j %j', (nodes, wasm, text) =>
    expect(implementationOf({ ...placement, nodes }, wasm)).toBe(text),
  );
});
