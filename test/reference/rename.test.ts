import { describe, expect, it } from 'vitest';
import { graphParameters } from '../../reference/graph.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { readCheckpoint } from '../../reference/weights/read.ts';
import { huggingFace, renameOf } from '../../reference/weights/rename.ts';
import { seededWeights } from '../../reference/weights/seeded.ts';
import { TINY } from './checkpoints.ts';
import { sha256 } from './compare.ts';
import { mirrorFile } from './mirror.ts';
import { writeSafetensors } from './safetensorsfile.ts';

const graphOf = (arch: string) => {
  const row = findModel(arch);
  if (row === undefined) throw new Error(`no architecture '${arch}'`);
  return buildModel(row);
};

describe("Hugging Face's names", () => {
  it.each([
    ['conv1.weight', 'resnet.embedder.embedder.convolution.weight'],
    ['bn1.running_mean', 'resnet.embedder.embedder.normalization.running_mean'],
    ['layer1.0.conv1.weight', 'resnet.encoder.stages.0.layers.0.layer.0.convolution.weight'],
    ['layer3.22.bn3.bias', 'resnet.encoder.stages.2.layers.22.layer.2.normalization.bias'],
    ['layer1.0.downsample.0.weight', 'resnet.encoder.stages.0.layers.0.shortcut.convolution.weight'],
    ['layer4.0.downsample.1.running_var', 'resnet.encoder.stages.3.layers.0.shortcut.normalization.running_var'],
    ['fc.weight', 'classifier.1.weight'],
    ['fc.bias', 'classifier.1.bias'],
    ['layer5.0.conv1.weight', 'layer5.0.conv1.weight'],
    ['linear.weight', 'linear.weight'],
  ])('%s is %s', (ours, theirs) => {
    expect(huggingFace(ours)).toBe(theirs);
  });

  it.each(['resnet18', 'resnet50', 'resnet101'])('of %s are all different, and none is ours', (arch) => {
    const names = graphParameters(graphOf(arch)).map(({ name }) => name);
    const theirs = names.map(huggingFace);
    expect(new Set(theirs)).toHaveLength(names.length);
    expect(theirs.filter((name) => !/^(resnet\.(embedder|encoder)|classifier\.1)\./.test(name))).toEqual([]);
  });
});

describe('a checkpoint', () => {
  const graph = graphOf('resnet18');
  const weights = seededWeights(graph, 0);
  const named = (rename: (name: string) => string) =>
    new Map(
      graphParameters(graph).map(({ name, shape }) => [
        rename(name),
        { shape, data: weights.get(name) ?? new Float32Array() },
      ]),
    );
  const counters = new Map([['bn1.num_batches_tracked', { shape: [], data: Float32Array.of(9) }]]);

  it.each([
    ["torchvision's and timm's", named((name) => name)],
    ["torchvision's, with counters", new Map([...named((name) => name), ...counters])],
    ["Hugging Face's", named(huggingFace)],
  ])('in %s names is read', (_, tensors) => {
    const read = readCheckpoint(graph, writeSafetensors(tensors));
    expect([...read.keys()]).toEqual([...weights.keys()]);
    expect(sha256(...read.values())).toBe(sha256(...weights.values()));
  });

  it('in mixed names is refused, with what is missing and extra', () => {
    const tensors = named((name) => (name === 'fc.bias' ? name : huggingFace(name)));
    expect(() => readCheckpoint(graph, writeSafetensors(tensors))).toThrow(
      'does not fit resnet18: missing: classifier.1.bias; extra: fc.bias',
    );
  });

  it('of another network is refused, with what is missing', () => {
    expect(() => readCheckpoint(graphOf('resnet34'), writeSafetensors(named(huggingFace)))).toThrow(
      /missing: resnet\.encoder\.stages\.0\.layers\.2\.layer\.0\.convolution\.weight, .* more$/,
    );
  });

  it("of MLPerf Tiny's has our names", ({ skip }) => {
    const bytes = mirrorFile(skip, TINY.file.mirror);
    const graph = graphOf(TINY.model);
    expect(renameOf(new Map([['conv2d.weight', 0]]))).toBeUndefined();
    expect([...readCheckpoint(graph, bytes).keys()].sort()).toEqual(
      graphParameters(graph)
        .map(({ name }) => name)
        .sort(),
    );
  });
});
