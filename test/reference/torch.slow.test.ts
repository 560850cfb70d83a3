import { describe, expect, it } from 'vitest';
import { walk } from '../../reference/evaluate.ts';
import { buildModel, MODELS } from '../../reference/models/models.ts';
import { torchSeeded } from '../../reference/weights/torch.ts';
import { relativeError, tensor } from './compare.ts';
import { mirrorFile } from './mirror.ts';

type Expected = { [arch: string]: { input: number[]; num_classes: number; values: number[] } };

/** Theirs is float32: 5e-7 was measured for resnet101. */
const LIMIT = 2e-6;
const ARCHITECTURES = ['resnet18', 'resnet50', 'resnet101', 'resnext50_32x4d', 'wide_resnet50_2'];

describe("torchvision's expected logits at 224×224", () => {
  it.for(ARCHITECTURES)('%s', { timeout: 180_000 }, (arch, { skip }) => {
    const text = new TextDecoder().decode(mirrorFile(skip, 'torchvision/expected-logits.json'));
    const expected = (JSON.parse(text) as Expected)[arch];
    const row = MODELS.find(({ id }) => id === arch);
    if (expected === undefined || row === undefined) throw new Error(`no ${arch}`);
    const graph = buildModel(row, expected.num_classes);
    const { weights, uniform } = torchSeeded(graph, 0);
    const [n = 1, c = 3, h = 0, w = 0] = expected.input;
    const input = tensor(expected.input, Float64Array.from(uniform(n * c * h * w)));
    let logits = new Float64Array();
    // `walk` frees what `evaluate` keeps: half a gigabyte here.
    walk(graph, weights, input, (node, _, output) => {
      if (node.name === graph.output) logits = output.data.slice();
    });
    expect(relativeError(logits, expected.values)).toBeLessThanOrEqual(LIMIT);
  });

  it('covers every architecture that both sides have', ({ skip }) => {
    const text = new TextDecoder().decode(mirrorFile(skip, 'torchvision/expected-logits.json'));
    const both = Object.keys(JSON.parse(text) as Expected).filter((arch) => MODELS.some(({ id }) => id === arch));
    expect(both).toEqual(ARCHITECTURES);
  });
});
