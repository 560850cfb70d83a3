import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { networkOf, nodesOf } from '../../reports/html/cell/network.ts';
import { networkPart, stripOf } from '../../reports/html/cell/strip.ts';
import type { Markup } from '../../reports/html/kit/markup.ts';
import { type Row, tabulate } from '../../reports/table/table.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import type { Check } from '../../suites/record/check.ts';
import type { Result } from '../../suites/suites.ts';
import { HOSTILE } from './fixture.ts';
import { PASSED } from './results.ts';
import { ok, runOf } from './runs.ts';

const check = (tensor: string, ratio: number): Check => ({
  ...{ ...PASSED, tensor, ratio, allowed: 1e-5, error: ratio * 1e-5, scale: 3, relativeL2: 1e-6 * ratio },
});

/** The row of a cell with one result. */
function rowOf(id: string, result: Result): Row {
  const [row] = tabulate(runOf({ [id]: [ok(result)] })).rows;
  if (row === undefined) throw new Error(id);
  return row;
}

const TAPS = ['logits', 'layer1', 'layer2', 'layer3', 'layer4'];
const tapped = (model: string, ratios: readonly number[]): Row =>
  rowOf(`conformance:${model}:fp32:b1:64:ort-web/webgl`, {
    suite: 'conformance',
    checks: TAPS.map((tensor, i) => check(tensor, ratios[i] ?? 0.1)),
  });

const layered = (layers: readonly (readonly [ops: string[], tensor: string, ratio: number])[]): Row =>
  rowOf('layers:resnet18.seed0:fp32:b1:64:ort-web/webgl', {
    suite: 'layers',
    layers: layers.map(([ops, tensor, ratio]) => ({ ops, input: [1, 64, 16, 16], check: check(tensor, ratio) })),
    refused: [],
    total: 71,
  });

const documentOf = ({ markup }: Markup) => parseHTML(`<html><body>${markup}</body></html>`).document;
const words = (element: Element | null | undefined) => (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();

describe('the network of a cell', () => {
  it('is the graph of its model by stages and blocks, with taps where their nodes are', () => {
    const stages = networkOf(tapped('resnet18.seed0', []));
    expect(stages.map(({ name }) => name)).toEqual(['stem', 'layer1', 'layer2', 'layer3', 'layer4', 'head']);
    expect(stages[2]?.blocks.map(({ name }) => name)).toEqual(['0', '1']);
    const checked = nodesOf(stages).flatMap(({ name, check }) => (check === undefined ? [] : [[name, check.tensor]]));
    expect(checked).toEqual([
      ['layer1.1.relu_1', 'layer1'],
      ['layer2.1.relu_1', 'layer2'],
      ['layer3.1.relu_1', 'layer3'],
      ['layer4.1.relu_1', 'layer4'],
      ['fc', 'logits'],
    ]);
    expect(nodesOf(stages).some(({ layer }) => layer?.op === 'BatchNormalization')).toBe(false);
  });

  it('has the batch normalisations where the form has them', () => {
    const id = 'conformance:resnet18.seed0:fp32-bn:b1:64:ort-web/webgl';
    const nodes = nodesOf(networkOf(rowOf(id, { suite: 'conformance', checks: [check('layer1', 0.1)] })));
    expect(nodes.some(({ layer }) => layer?.op === 'BatchNormalization')).toBe(true);
  });

  it.each([
    [
      'convnext_tiny.seed0',
      ['stem', 'features.1', 'features.2', 'features.3', 'features.4'],
      'features.1',
      'features.1.2.add',
    ],
    ['preact_resnet50.seed0', ['stem', 'stages.0', 'stages.1', 'stages.2', 'stages.3'], 'stages.1', undefined],
    ['resnet8.seed0', ['stack1', 'stack2', 'stack3', 'head'], 'stack1', undefined],
  ] as const)('names the stages of %s', (model, names, tap, end) => {
    const row = rowOf(`conformance:${model}:fp32:b1:64:ort-node/cpu`, {
      suite: 'conformance',
      checks: [check(tap, 2)],
    });
    const stages = networkOf(row);
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining([...names]));
    const wrong = nodesOf(stages).filter((node) => node.check !== undefined);
    expect(wrong).toHaveLength(1);
    if (end !== undefined) expect(wrong[0]?.name).toBe(end);
  });

  it('shows a node by the layer of its kind that ran alone, and by no piece of several', () => {
    const nodes = nodesOf(
      networkOf(
        layered([
          [['Conv'], 'layer1.0.conv1', 0.02],
          [['Conv', 'Relu'], 'layer1.0.relu', 0.5],
          [['Relu'], 'layer1.0.relu', 0.3],
        ]),
      ),
    );
    const find = (name: string) => nodes.find((node) => node.name === name);
    expect(find('layer1.0.relu')).toMatchObject({ as: undefined, check: { ratio: 0.5 } });
    expect(find('layer1.1.conv2')).toMatchObject({ as: 'layer1.0.conv1', check: { ratio: 0.02 } });
    expect(find('layer1.1.relu')).toMatchObject({ as: 'layer1.0.relu', check: { ratio: 0.3 } });
    expect(find('layer2.0.conv1')?.check).toBeUndefined();
  });

  it.each(['resnet18.user', 'nonesuch.seed0', 'resnet[0.0]-x.seed0'])('is what the record has for %s', (model) => {
    expect(parseCell(`conformance:${model}:fp32:b1:64:ort-web/webgl`).model).toBe(model);
    const stages = networkOf(tapped(model, []));
    expect(nodesOf(stages).map(({ name, layer }) => [name, layer])).toEqual(
      ['layer1', 'layer2', 'layer3', 'layer4', 'logits'].map((name) => [name, undefined]),
    );
  });

  it('is nothing where nothing was checked', () => {
    const none = rowOf('conformance:resnet18.seed0:fp32:b1:64:ort-web/webgl', { suite: 'conformance', checks: [] });
    expect(networkPart(none).markup).toBe('');
  });
});

describe('the strip', () => {
  const row = tapped('resnet18.seed0', [9, 0.5, 0.25, 210, 40]);

  it('marks the first wrong one in words and opens its block, and signs every box that was checked', () => {
    const page = documentOf(networkPart(row));
    const marked = [...page.querySelectorAll('.first')].map((one) => words(one.parentElement));
    expect(marked).toEqual([
      expect.stringMatching(/^layer3 ✗ 210/),
      expect.stringMatching(/^1 5 nodes ✗ 210/),
      expect.stringMatching(/^relu_1 Relu ✗ 210/),
    ]);
    expect([...page.querySelectorAll('details[open]')].map((one) => words(one.querySelector('summary')))).toEqual([
      '1 5 nodes ✗ 210 ← first wrong',
    ]);
    for (const box of page.querySelectorAll('.node.beyond')) expect(words(box)).toContain('✗');
    for (const box of page.querySelectorAll('.node.within')) expect(words(box)).toContain('✓');
    expect(page.querySelectorAll('.node.beyond')).toHaveLength(3);
    expect(page.querySelector('.node.beyond')?.getAttribute('title')).toMatch(
      /^layer3\.1\.relu_1 .*error ÷ allowed 210/,
    );
  });

  it('is coloured by another figure, whose sum a block shows', () => {
    const options = [...documentOf(networkPart(row)).querySelectorAll('option')].map((one) =>
      one.getAttribute('value'),
    );
    expect(options).toEqual(['ratio', 'l2', 'scale', 'macs', 'parameters', 'bytes']);
    const page = documentOf(stripOf(row, 'parameters'));
    // A basic block of 64 channels: two convolutions of 3×3 with folded biases.
    expect(words(page.querySelector('.block summary'))).toBe('0 5 nodes 73,856');
    expect(page.querySelectorAll('.beyond')).toHaveLength(0);
    expect(words(page.querySelector('.legend'))).toContain('the sum');
    expect(stripOf(row, 'nonesuch').markup).toBe(stripOf(row, 'ratio').markup);
  });

  it('says a NaN where a ratio says nothing, and an error over a limit of 0', () => {
    const bad = rowOf('conformance:resnet18.seed0:fp32:b1:64:ort-web/webgl', {
      suite: 'conformance',
      checks: [
        { ...check('layer1', 0.1), nonfinite: 3, relativeL2: null },
        { ...check('layer2', 1e300), allowed: 0, error: 0.25 },
      ],
    });
    const texts = [...documentOf(stripOf(bad, undefined)).querySelectorAll('h4')].map(words);
    expect(texts).toEqual(
      expect.arrayContaining(['layer1 ✗ NaN, Inf ← first wrong', expect.stringMatching(/^layer2 ✗ .*\/0$/)]),
    );
  });

  it('shows strings of a run as text', () => {
    const hostile = rowOf('conformance:net.user:fp32:b1:64:ort-web/webgl', {
      suite: 'conformance',
      checks: [check(HOSTILE, 2)],
    });
    expect(networkPart(hostile).markup).not.toContain('<script>');
  });
});
