import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderSet } from '../reference/datasets/shapes/set.ts';

/**
 * `node --import tsx scripts/render-shapes.ts FOLDER` writes the rendered shapes on which `train_shapes.py` trains and
 * is scored: FOLDER/train.bin and FOLDER/test.bin, in CIFAR's binary layout.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('error: say where: node --import tsx scripts/render-shapes.ts FOLDER');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const [split, images] of [
  ['train', 20_000],
  ['test', 2000],
] as const)
  writeFileSync(join(folder, `${split}.bin`), renderSet(split, 0, images));
