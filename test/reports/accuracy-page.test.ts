import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderCsv } from '../../reports/csv.ts';
import { alike, classAgreements } from '../../reports/html/sections/accuracy-pairs.ts';
import { tabulate } from '../../reports/table/table.ts';
import { encodePieces } from '../../suites/accuracy/per-image.ts';
import type { AccuracyResult } from '../../suites/accuracy/schema.ts';
import { fullPage } from './full-page.ts';
import { ok, runOf } from './runs.ts';

const COUNT = 40;
const right = Array.from({ length: COUNT }, (_, i) => i % 4);
const changedAt = (...images: readonly number[]) => right.map((one, i) => (images.includes(i) ? (one + 1) % 4 : one));

/** A result with these classes, of images that PyTorch classifies right but for image 9. */
function resultOf(answers: readonly number[], more: Partial<AccuracyResult>): AccuracyResult {
  const labels = right.slice(0, answers.length);
  const differs = answers.flatMap((got, image) => {
    const expected = image === 9 ? 0 : (right[image] ?? 0);
    return got === expected ? [] : [{ image, expected, got }];
  });
  return {
    ...{
      suite: 'accuracy',
      dataset: 'CIFAR-10 test set',
      images: answers.length,
      available: COUNT,
      top5: answers.length,
      differs,
    },
    ...{ top1: answers.filter((one, i) => one === labels[i]).length, answers: [...answers], labels },
    confidences: encodePieces(answers.map((_, i) => (i + 1) / COUNT)),
    margins: encodePieces(answers.map(() => 2.5)),
    ...more,
  };
}

const ids = ['ort-node/cpu', 'ort-web/wasm', 'tfjs/wasm'].map(
  (one) => `accuracy:resnet20.akamaster:fp32:b25:32:${one}`,
);
const decided = { image: 7, got: 0, reference: 3, lead: 2, margin: 1.5, allowed: 1e-5 };
const [CPU = '', WASM = '', TFJS = ''] = ids;
const run = runOf({
  [CPU]: [ok(resultOf(changedAt(2), {}))],
  [WASM]: [ok(resultOf(changedAt(2).slice(0, 25), {}))],
  [TFJS]: [
    ok(
      resultOf(changedAt(2, 7, 30), {
        settled: { chosen: 'differing', images: [decided], open: 1, why: 'time ended' },
      }),
    ),
  ],
});
const textOf = (page: string): string =>
  parseHTML(page).document.querySelector('#accuracy')?.parentElement?.textContent?.replaceAll(/\s+/g, ' ') ?? '';

describe('backends on the same images', () => {
  const [agreement] = classAgreements(tabulate(run));

  it('are compared pair by pair, PyTorch among them, on the images that both classified', () => {
    expect(agreement?.members.map(({ name }) => name)).toEqual([
      'ort-node/cpu',
      'ort-web/wasm',
      'tfjs/wasm',
      'PyTorch',
    ]);
    const pair = (first: number, second: number) =>
      agreement?.pairs.find((one) => one.first === first && one.second === second);
    expect(pair(0, 1)).toMatchObject({ common: 25, images: [], p: 1 });
    expect(pair(0, 2)).toMatchObject({ common: 40, images: [7, 30], lost: [7, 30], gained: [], p: 0.5 });
    expect(pair(1, 2)).toMatchObject({ common: 25, images: [7] });
    expect(pair(2, 3)).toMatchObject({ common: 40, images: [2, 7, 9, 30], gained: [2, 7, 30], lost: [9] });
    expect(agreement?.disputed.map(({ image, decided }) => [image, decided?.reference])).toEqual([
      [2, undefined],
      [7, 3],
      [9, undefined],
      [30, undefined],
    ]);
  });

  it('are one group where one gave the first images of another the same classes', () => {
    const rows = (agreement?.members ?? []).slice(0, 3).map(({ name, figures }) => ({ backend: name, figures }));
    expect(alike(rows).map(({ backends }) => backends)).toEqual([['ort-node/cpu', 'ort-web/wasm'], ['tfjs/wasm']]);
  });

  it('of other pixels are not compared', () => {
    const other = runOf({
      [CPU]: [ok(resultOf(right, { pixels: 'a'.repeat(64), differs: null }))],
      [WASM]: [ok(resultOf(changedAt(1), { pixels: 'b'.repeat(64), differs: null }))],
    });
    expect(classAgreements(tabulate(other))).toEqual([]);
  });
});

describe('the page’s accuracy section', () => {
  it('shows who differs, who is right, what the reference says, and figures by class', () => {
    const text = textOf(fullPage(run));
    for (const part of [
      '91.73',
      '4 images with more than one class',
      'class 3: margin 1.5, errors of 1.0e-5 allowed',
      '3 cat: ort-node/cpu (2.50), ort-web/wasm (2.50), PyTorch; 0 airplane: tfjs/wasm (2.50)',
      '1 ruled out, 1 not settled: time ended',
      'Calibration, classes and confusions of resnet20.akamaster · 32×32 · batch 25, 40 images: ort-node/cpu, ort-web/wasm',
      'Most frequent confusions',
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('shows what it costs that web pages draw images themselves, where that was measured', () => {
    const differs = [
      { image: 4, name: 'a <b>.png', exact: 0, got: 1, exactMargin: 0.25, margin: null },
      { image: 8, name: 'c.png', exact: 2, got: 3, exactMargin: 1.5, margin: 0.5 },
    ];
    const way = { way: 'drawImage, low', right: 28, lost: 11, gained: 1, largest: 90, mean: 3.456, differs };
    const failed = { count: 2, first: [{ name: 'd.jpeg', reason: 'it could not be decoded' }] };
    const drawn = { images: 40, right: 38, failed, ways: [way] };
    const text = textOf(fullPage(runOf({ [WASM]: [ok(resultOf(right, { drawn }))] })));
    expect(text).toContain('drawImage, low4070.0095.00−25.0021110.0063903.46');
    expect(text).toContain('the browser could not decode 2 images (d.jpeg: it could not be decoded).');
    expect(text).toContain('#8 c.png: 3 (by 0.500) instead of 2 (by 1.50); #4 a <b>.png: 1 (by –) instead of 0');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    expect(textOf(fullPage(run))).not.toContain('as a web page draws them');
  });

  it('says in one line what an older file does not hold', () => {
    const { answers: _, labels: __, confidences: ___, margins: ____, ...old } = resultOf(right, {});
    const text = textOf(fullPage(runOf({ [CPU]: [ok(old)] })));
    expect(text).toContain('nothing to compare.');
    expect(text).toContain('does not hold the class of each image');
  });
});

it('the CSV has the new figures of accuracy', () => {
  const [head = '', ...lines] = renderCsv(run).split('\r\n');
  const names = head.split(',');
  const line = lines.find((one) => one.startsWith(TFJS))?.split(',') ?? [];
  const value = (name: string) => line[names.indexOf(name)];
  expect(value('accuracy_top1_images')).toBe('37');
  expect(value('accuracy_pytorch_top1_images')).toBe('39');
  expect(Number(value('accuracy_mlperf_share'))).toBeCloseTo(37 / 39, 12);
  expect([value('accuracy_ruled_out_images'), value('accuracy_tied_images')]).toEqual(['1', '0']);
  expect(value('accuracy_unsettled_images')).toBe('1');
  expect(Number(value('accuracy_calibration_error'))).toBeGreaterThan(0.3);
});
