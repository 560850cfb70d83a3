import { expect, it } from 'vitest';
import type { Job } from '../../suites/engine/artefacts.ts';
import { prepareAll, shapeKey } from '../../suites/engine/preparing.ts';

const job = (model: string, batches: readonly number[]): Job => ({
  model,
  source: { format: 'architecture', model, files: [] },
  exports: batches.map((batch) => ({
    path: `${model}${batch}`,
    format: 'onnx',
    precision: 'fp32',
    form: 'folded',
    batch,
    size: 32,
  })),
  truths: batches.map((batch) => ({ path: `${model}${batch}.bin`, precision: 'fp32', batch, size: 32 })),
});

const batchesOf = ({ truths }: Job) => truths.map(({ batch }) => batch);

it('makes all that can be made: a failure is of its model, batch and size alone', async () => {
  const tried: string[] = [];
  const prepare = async (one: Job) => {
    tried.push(`${one.model} ${batchesOf(one)}`);
    if (one.model === 'b' && batchesOf(one).includes(4096)) throw new Error('it ended');
  };
  const lines: string[] = [];
  const failures = await prepareAll([job('a', [1]), job('b', [1, 4096]), job('c', [1])], 1, prepare, (line) =>
    lines.push(line),
  );
  expect(tried).toEqual(['a 1', 'b 1,4096', 'b 1', 'b 4096', 'c 1']);
  expect([...failures]).toEqual([
    [shapeKey({ model: 'b', batch: 4096, size: 32 }), 'its files could not be made: it ended'],
  ]);
  expect(lines.at(-1)).toBe('warning: no cell of b:b4096:32 can run: it ended');
});

it('tries what found no memory once more by itself', async () => {
  let running = 0;
  const prepare = async ({ model }: Job) => {
    running++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    const alone = running === 1;
    running--;
    if (model === 'large' || !alone) throw new Error('the process ended (killed by SIGKILL): … memory runs out');
  };
  const failures = await prepareAll([job('a', [1]), job('large', [1]), job('c', [1])], 2, prepare, () => {});
  expect([...failures.keys()]).toEqual([shapeKey({ model: 'large', batch: 1, size: 32 })]);
});
