import { describe, expect, it } from 'vitest';
import { preparationBytes } from '../../reference/memory-estimate.ts';
import { MODELS } from '../../reference/models/models.ts';
import { checkFiles, machineMemory, tooLarge } from '../../suites/engine/machine-memory.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import { checkModels } from '../../suites/plan/own.ts';
import { graphOf } from '../reference/graphs.ts';

describe('memory is estimated before it is taken', () => {
  it('and refused with the figures, in one line', () => {
    const graph = graphOf('resnet50');
    const bytes = preparationBytes(graph, 64, 224, 2);
    expect(bytes).toBeGreaterThan(8e9);
    expect(bytes).toBeLessThan(16e9);
    const shape = { batch: 64, size: 224 };
    expect(tooLarge('net.onnx', graph, shape, 16e9)).toBeUndefined();
    const why =
      /^net\.onnx at b64 and 224 pixels needs \d+\.\d GB for its weights and truths, more than the 8\.0 GB here$/;
    expect(tooLarge('net.onnx', graph, shape, 8e9)?.reason).toMatch(why);
  });

  it('also for what files hold', () => {
    checkFiles('net.onnx', 1.9e9, 8e9);
    expect(() => checkFiles('net.onnx', 4.1e9, 8e9)).toThrow(
      'net.onnx and the files that it refers to need 8.2 GB to be read, more than the 8.0 GB here',
    );
  });

  it('in proportion to the batch', () => {
    const graph = graphOf('resnet18');
    const [one, two, three] = [1, 2, 3].map((batch) => preparationBytes(graph, batch, 224, 2));
    expect((three ?? 0) - (two ?? 0)).toBe((two ?? 0) - (one ?? 0));
  });

  it.each([
    [
      'conformance:resnet18.seed0:fp32:b100000:224:ort-node/cpu',
      /^resnet18\.seed0 at b100000 and 224 pixels: input: its /,
    ],
    ['latency:resnet18.seed0:fp32:b1:100000:tfjs/wasm', /^resnet18\.seed0 at b1 and 100000 pixels: input: its shape/],
    // More than the reference's kernel can address, however much the machine has.
    [
      'conformance:resnet20.seed0:fp32:b40000:32:ort-node/cpu',
      /^resnet20\.seed0 at b40000 and 32 pixels: \S+: its output .* needs 5\.2 GB at once, more than/,
    ],
  ])('for %s, before anything is prepared', async (id, expected) => {
    const error = await checkModels([parseCell(id)], [], 64e9).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(expected);
    expect(error?.message.length ?? 0).toBeLessThanOrEqual(500);
  });

  it('and a model that is too large leaves the others to run', async () => {
    const cells = ['resnet18.seed0:fp32:b1:32', 'wide_resnet101_2.seed0:fp32:b1:32'].map((id) =>
      parseCell(`conformance:${id}:ort-node/cpu`),
    );
    expect([...(await checkModels(cells, [], 1e9)).keys()]).toEqual(['wide_resnet101_2.seed0:b1:32']);
    await expect(checkModels(cells.slice(1), [], 1e9)).rejects.toThrow(/GB here: choose a smaller batch or size$/);
  });

  it('and a machine of 16 GB holds every model at its largest profile’s size', async () => {
    for (const { id } of MODELS) expect(tooLarge(id, graphOf(id), { batch: 1, size: 224 }, 16e9)).toBeUndefined();
    expect(machineMemory()).toBeGreaterThan(1e9);
  });
});
