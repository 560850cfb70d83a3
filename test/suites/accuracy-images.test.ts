import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { change } from '../../suites/accuracy/change.ts';
import { classText, accuracy as figuresOf, imageText } from '../../suites/accuracy/figures.ts';
import { joinParts } from '../../suites/accuracy/parts.ts';
import { decodePieces, encodePieces, scoreOf } from '../../suites/accuracy/per-image.ts';
import { type AccuracyResult, accuracySchema } from '../../suites/accuracy/schema.ts';
import { verdict } from '../../suites/accuracy/verdict.ts';
import { readRun, readRuns, readWritten } from '../../suites/engine/runs.ts';
import { judgedAcross } from '../../suites/record/across.ts';
import { excess, shortened } from '../../suites/record/limits.ts';
import type { Run } from '../../suites/record/record.ts';
import { runText } from '../../suites/record/run-text.ts';
import { ok, runOf } from '../reports/runs.ts';

/** A result with these classes; the label of image i is i modulo 10. */
function resultOf(answers: readonly number[], more: Partial<AccuracyResult>): AccuracyResult {
  const labels = answers.map((_, i) => i % 10);
  const top1 = answers.filter((one, i) => one === labels[i]).length;
  const [images, available] = [answers.length, answers.length];
  return {
    ...{ suite: 'accuracy', dataset: 'd', images, available, top1, top5: images, differs: null },
    ...{ answers: [...answers], labels },
    confidences: encodePieces(answers.map(() => 0.75)),
    margins: encodePieces(answers.map((_, i) => i)),
    ...more,
  };
}
const right = Array.from({ length: 100 }, (_, i) => i % 10);
/** The right answers but for these images. */
const without = (...images: readonly number[]) => right.map((one, i) => (images.includes(i) ? (one + 1) % 10 : one));

describe('what a record holds of each image', () => {
  it('is its class, its softmax probability, and the margin of its two largest logits', () => {
    const { answer, confidence, margin } = scoreOf([9, 1, 3, 2], 1, 3);
    expect([answer, margin]).toEqual([1, 1]);
    expect(confidence).toBeCloseTo(Math.exp(3) / (Math.exp(1) + Math.exp(3) + Math.exp(2)), 12);
    expect(scoreOf([2, 2], 0, 2)).toEqual({ answer: 0, confidence: 0.5, margin: 0, nonfinite: 0 });
    expect(scoreOf([Number.NaN, 2, 5], 0, 3)).toEqual({ answer: 2, confidence: Number.NaN, margin: 3, nonfinite: 1 });
    expect(scoreOf([Number.NaN, Number.NaN], 0, 2).answer).toBe(-1);
    expect(scoreOf([4], 0, 1)).toEqual({ answer: 0, confidence: 1, margin: Number.NaN, nonfinite: 0 });
  });

  it('fits into a line of a run file for 50,000 images, uncut', () => {
    const many = resultOf(
      Array.from({ length: 50_000 }, (_, i) => i % 1000),
      {},
    );
    expect(excess(many)).toBeUndefined();
    expect(shortened(many)).toEqual(many);
    expect(JSON.stringify(many).length).toBeLessThan(2 ** 20);
    expect(accuracySchema.parse(many)).toEqual(many);
    expect(decodePieces(many.margins ?? []).slice(-2)).toEqual([49_998, 49_999]);
  });

  it('is refused where it is of another number of images', () => {
    expect(accuracySchema.safeParse(resultOf(right, { images: 99 })).success).toBe(false);
  });

  it('is joined from parts in any order, with what the reference says', () => {
    const settled = (image: number) => ({
      ...{ chosen: 'differing' as const, open: 1, why: 'time ended' },
      images: [{ image, got: 1, reference: 2, lead: 1, margin: 1, allowed: 2 }],
    });
    const part = (first: number, more: Partial<AccuracyResult>) =>
      resultOf(without(first + 3).slice(first, first + 50), {
        ...{ available: 100, parts: [{ first, planned: 50, images: 50 }], pixels: 'a'.repeat(64), ...more },
      });
    const joined = joinParts([part(50, { settled: settled(53) }), part(0, { settled: settled(3) })]);
    expect(joined.answers).toEqual(without(3, 53));
    expect(decodePieces(joined.margins ?? [])).toEqual([...Array(50).keys(), ...Array(50).keys()]);
    expect(joined.settled).toMatchObject({ open: 2, images: [{ image: 3 }, { image: 53 }] });
    expect(joined.pixels).toBe('a'.repeat(64));
    expect(() => joinParts([part(0, {}), part(50, { pixels: 'b'.repeat(64) })])).toThrow('other pixels');
    const old = joinParts([part(0, {}), { ...part(50, {}), answers: undefined }]);
    expect(old).toMatchObject({ images: 100 });
    expect(old.answers).toBeUndefined();
  });
});

describe('two runs of the same images', () => {
  const find = (a: AccuracyResult, b: AccuracyResult) => {
    const [base, head] = [figuresOf([a]), figuresOf([b])];
    return base && head && change.anywhere?.(base, head);
  };

  it('with as many images gained as lost are not the same, and name them', () => {
    const [base, head] = [resultOf(without(1, 2, 3, 4, 5), {}), resultOf(without(11, 12, 13, 14, 15), {})];
    expect(base.top1).toBe(head.top1);
    expect(find(base, head)).toMatchObject([
      {
        verdict: 'unsure',
        detail: expect.stringMatching(
          /^as many right, but not the same ones: 10 images got another class: 5 gained, 5 lost, 0 otherwise wrong, p 1\.0 \(McNemar’s exact test\); #1: 2 → 1 \(label 1, margins 1\.00 and 1\.00\).* and 5 more$/,
        ),
      },
    ]);
    expect(find(base, base)).toEqual([]);
  });

  it('say how sure a change of the right answers is', () => {
    expect(find(resultOf(right, {}), resultOf(without(1, 2, 3, 4, 5), {}))).toMatchObject([
      { verdict: 'less accurate', detail: expect.stringContaining('0 gained, 5 lost, 0 otherwise wrong, p 0.063') },
    ]);
  });

  it('of other pixels or labels are not compared', () => {
    const pixels = (letter: string) => ({ pixels: letter.repeat(64) });
    const [base, head] = [resultOf(right, pixels('a')), resultOf(without(1), pixels('b'))];
    expect(find(base, head)).toMatchObject([{ verdict: 'unsure', detail: expect.stringContaining('same pixels') }]);
    expect(find(base, { ...head, ...pixels('a') })).toMatchObject([{ verdict: 'less accurate' }]);
    const other = resultOf(right, { labels: right.map((one) => (one + 1) % 10), top1: 0 });
    expect(find(resultOf(right, {}), other)).toMatchObject([{ detail: expect.stringContaining('same labels') }]);
  });

  it('are compared by their counts where one is older', () => {
    const { answers: _, labels: __, confidences: ___, margins: ____, ...old } = resultOf(without(1), {});
    expect(find(resultOf(right, {}), old)).toMatchObject([{ verdict: 'less accurate', detail: '1 image' }]);
  });
});

describe('a run file', () => {
  it('whose second backend’s visit rules out a class of the first is read with the first as wrong', () => {
    const id = (backend: string) => `accuracy:resnet20.akamaster:fp32:b25:32:${backend}`;
    const [first, second] = [id('ort-web/wasm'), id('ort-node/cpu')];
    const decided = { image: 7, got: 7, reference: 7, lead: 0, margin: 3, allowed: 1e-4 };
    const run = runOf({
      [first]: [ok(resultOf(without(7), {}))],
      [second]: [ok(resultOf(right, { settled: { chosen: 'differing', open: 0, images: [decided] } }))],
    });
    const { records } = judgedAcross(run);
    expect(records.map(({ outcome }) => outcome)).toMatchObject([
      { status: 'wrong', reason: expect.stringContaining('image 7: class 8 instead of 7, which leads by 3.00') },
      { status: 'ok' },
    ]);
    // Every reader of files says so; the file keeps what was written.
    const file = join(mkdtempSync(join(tmpdir(), 'across-')), 'run.jsonl');
    writeFileSync(file, runText(run));
    const statuses = ({ records: all }: Run) => all.map(({ outcome }) => outcome.status);
    expect(statuses(readRun(file, () => {}))).toEqual(['wrong', 'ok']);
    expect(statuses(readRuns([file], () => {}))).toEqual(['wrong', 'ok']);
    expect(statuses(readWritten([file], () => {}))).toEqual(['ok', 'ok']);
    const all = resultOf(right, {});
    const same = runOf({ [first]: [ok(all)], [second]: [ok(all)] });
    expect(judgedAcross(same)).toBe(same);
  });
});

describe('names', () => {
  it('of classes are those of the checkpoint’s set, else those of the folder', () => {
    expect(classText('resnet8.shapes10', { classNames: undefined })(2)).toBe('2 triangle');
    expect(classText('resnet20.akamaster', { classNames: undefined })(0)).toMatch(/^0 \w+$/);
    const own = classText('net.user', { classNames: ['cat', 'dog'] });
    expect([own(1), own(2)]).toEqual(['1 dog', '2']);
    expect(classText('net.user', { classNames: undefined })(1)).toBe('1');
  });

  it('of images are those of their files, in the text and where parts are joined', () => {
    const names = [{ image: 3, name: 'cat/3.png' }];
    expect([imageText(3, { names }), imageText(4, { names }), imageText(3, { names: undefined })]).toEqual([
      '3 cat/3.png',
      '4',
      '3',
    ]);
    const decided = { image: 3, got: 1, reference: 0, lead: 2, margin: 2, allowed: 1 };
    const settled = { chosen: 'differing', open: 0, images: [decided] } as const;
    const wrong = resultOf(right, { names, settled: { ...settled, images: [decided] }, classNames: ['a', 'b'] });
    expect(verdict(wrong)).toMatchObject({
      reason: expect.stringContaining('; image 3, cat/3.png: class 1 instead of 0'),
    });
    expect(joinParts([wrong])).toMatchObject({ names, classNames: ['a', 'b'] });
    expect(accuracySchema.parse(wrong)).toEqual(wrong);
  });
});
