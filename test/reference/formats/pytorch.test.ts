import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import { openOnnx } from '../../../reference/formats/onnx/read.ts';
import classic from '../fixtures/classic.json' with { type: 'json' };

const SIZE = 32;

/** The files' names of the last value at each resolution. */
const STAGES: { readonly [name: string]: { readonly [stage: string]: string } } = {
  'classic-resnet': {
    '8×8': '/layer1/Relu_1_output_0',
    '4×4': '/layer2/Relu_1_output_0',
    '2×2': '/layer3/Relu_1_output_0',
  },
  'classic-convnext': {
    '8×8': '/features/features.1/features.1.0/Add_output_0',
    '4×4': '/features/features.3/features.3.0/Add_output_0',
  },
};

// PyTorch's exporter, whose names and idioms are not ours, and PyTorch's float64, which is not our arithmetic.
describe.each(Object.entries(classic.logits))('%s', (name, logits) => {
  const bytes = readFileSync(join(import.meta.dirname, '../fixtures', `${name}.onnx`));

  it('computes what PyTorch computed', () => {
    const { graph, weights } = openOnnx(name, bytes, new Map()).at(1, SIZE);
    const data = Float64Array.from({ length: 3 * SIZE * SIZE }, (_, i) => (((37 * i) % 101) - 50) / 32);
    const ours = evaluate(graph, weights, { shape: [1, 3, SIZE, SIZE], data }).get(graph.output)?.data ?? [];
    const scale = Math.max(...logits.map(Math.abs));
    // The exporter rounds folded weights and epsilons to float32.
    for (const [i, expected] of logits.entries())
      expect(Math.abs((ours[i] ?? Number.NaN) - expected)).toBeLessThan(1e-6 * scale);
  });

  it('has an end of a stage at each resolution, where no branch goes past it', () => {
    const { graph, names } = openOnnx(name, bytes, new Map()).at(1, SIZE);
    expect(Object.fromEntries([...graph.stages].map(([stage, node]) => [stage, names.get(node)]))).toEqual(
      STAGES[name],
    );
  });
});
