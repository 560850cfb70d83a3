import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBackend } from '../../suites/backends/backends.ts';
import { bundleChild, OWN_PACKAGES } from '../../suites/hosts/bundle.ts';
import { nodeHost, STEP_LIMIT } from '../../suites/hosts/node/node.ts';
import { jobOf, loaded } from '../visit.ts';

/**
 * A parent to be killed: it runs one real call of ONNX Runtime that takes some 20 seconds on two cores, resnet152 at
 * 2048×2048, in a child, and writes the child's phases to standard error.
 */
const [model, size] = ['resnet152.seed0', 2048];
const folder = mkdtempSync(join(tmpdir(), 'resnet-longcall-'));
const host = nodeHost(await bundleChild(OWN_PACKAGES), folder, () => ({}), STEP_LIMIT);
const row = findBackend('ort-node/cpu');
if (row === undefined) throw new Error('no ort-node/cpu');
const source = { format: 'architecture', model, files: [] } as const;
const path = join(folder, 'model.onnx');
await host.prepare({
  model,
  source,
  exports: [{ path, format: 'onnx', precision: 'fp32', form: 'folded', batch: 1, size }],
  truths: [],
});
const began = Date.now();
await host.run(jobOf(model, row, size, { model: loaded(path), threads: 2 }), 600_000, (phase) =>
  console.error(`phase ${phase} after ${((Date.now() - began) / 1000).toFixed(1)} s`),
);
