import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../reference/analysis.ts';
import { buildModel, FAMILIES, findModel } from '../../reference/models/models.ts';
import { inspectPage } from '../../reports/inspect/page.ts';
import { HOSTILE } from './fixture.ts';

function analysisOf(id: string, size?: number) {
  const row = findModel(id);
  if (row === undefined) throw new Error(id);
  return analyse(buildModel(row), 1, size ?? FAMILIES[row.family].size);
}
const pageOf = (id: string, size?: number) => parseHTML(inspectPage(analysisOf(id, size))).document;
const figureOf = (page: Document, title: string) => {
  const found = [...page.querySelectorAll('figure')].find((one) =>
    one.querySelector('h3')?.textContent?.startsWith(title),
  );
  if (found === undefined) throw new Error(title);
  return found;
};
/** What the marks of a figure say when pointed at. */
const titles = (figure: Element) => [...figure.querySelectorAll('title')].map((one) => one.textContent ?? '');

describe('the page of a model', () => {
  const page = pageOf('resnet50');

  it.each([
    ['Parameters', 6, 'layer4: 14,964,736, 58.6 %'],
    ['Multiply-adds', 6, 'layer3: 1,464 M, 35.8 %'],
    ['Activations', 6, 'layer1: 56.7 MiB, 39.5 %'],
  ])('shows the share of %s of each stage, stem and head included', (title, count, one) => {
    const said = titles(figureOf(page, title));
    expect(said).toHaveLength(count);
    expect(said).toContain(one);
    const shares = said.map((text) => Number(text.match(/([\d.]+) %$/)?.[1]));
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(100, 0);
  });

  it('shows the receptive field of each layer before the global pool, beside the input’s side', () => {
    const figure = figureOf(page, 'Side of the receptive field (px, log scale)');
    expect(titles(figure)).toHaveLength(analysisOf('resnet50').layers.length - 3);
    expect(titles(figure)).toContain('layer4.2.relu_2 (Relu): 427 px');
    expect(figure.textContent).toContain('the input: 224 px');
    expect(figure.textContent).toContain('From layer3.4.conv2 on, it is larger than the input');
    expect(figure.textContent).toContain('The last 3 layers, from the global pool on, see the whole image.');
  });

  it('says where the field never exceeds the input, and has no dips', () => {
    const said = figureOf(pageOf('resnet50', 448), 'Side of the receptive field').textContent;
    expect(said).toContain('It stays within the input in every layer before the global pool.');
    expect(said).toContain('A dip is a shortcut');
    expect(figureOf(pageOf('convnext_tiny'), 'Side of the receptive field').textContent).not.toContain('A dip');
  });

  it('shows multiply-adds and memory layer by layer, with the peak', () => {
    const { layers } = analysisOf('resnet50');
    const macs = titles(figureOf(page, 'Multiply-adds (M)'));
    expect(macs).toHaveLength(layers.filter((one) => one.macs > 0).length);
    expect(macs).toContain('conv1 (Conv): 118 M');
    const memory = figureOf(page, 'Activation memory');
    expect(titles(memory)).toHaveLength(layers.length);
    expect(memory.textContent).toContain('peak: 9.19 MiB in layer1.0.downsample.1');
  });

  it('shows names as text, and says where no stage is known', () => {
    const named = analysisOf('resnet20');
    const hostile = {
      ...named,
      model: HOSTILE,
      stages: [],
      layers: named.layers.map((one) => ({ ...one, name: HOSTILE })),
    };
    const text = inspectPage(hostile);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('No stages are known of this network.');
  });
});
