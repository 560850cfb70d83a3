import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import type { Format } from '../../../reference/formats/format.ts';
import { FORMATS } from '../../../reference/formats/formats.ts';
import { findOwnFiles } from '../../../reference/formats/model-files.node.ts';
import type { Graph } from '../../../reference/graph.ts';
import { foldBatchNorm } from '../../../reference/passes/fold-batch-norm.ts';
import type { Weights } from '../../../reference/tensor.ts';
import { seededTensor, seededWeights } from '../../../reference/weights/seeded.ts';
import { BACKENDS } from '../../../suites/backends/backends.ts';
import { graphOf } from '../graphs.ts';

const root = mkdtempSync(join(tmpdir(), 'resnet-formats-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SIZE = 16;
const kept = graphOf('resnet8');
const weights = seededWeights(kept, 0);
const FORMS = { kept: { graph: kept, weights }, folded: foldBatchNorm(kept, weights) } as const;
const input = seededTensor(0, 1, kept.channels, SIZE);
const outputOf = (graph: Graph, filled: Weights) => evaluate(graph, filled, input).get(graph.output)?.data;

async function written(format: Format, form: keyof typeof FORMS) {
  const { graph, weights } = FORMS[form];
  return (await format.write()).write(graph, weights, { batch: 1, size: SIZE, taps: [] });
}

/** Writes an export where a run has it, and returns the main file's path. */
async function onDisk(format: Format): Promise<string> {
  const { main, beside } = await written(format, 'kept');
  const path = join(root, format.id, format.exportPath('net', 'b1-16'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, main);
  for (const [name, bytes] of beside) writeFileSync(join(dirname(path), name), bytes);
  return path;
}

describe.each(FORMATS.map((format) => [format.id, format] as const))('the format %s', (id, format) => {
  it.each(['kept', 'folded'] as const)('reads what it writes, with batch normalisation %s', async (form) => {
    const { main, beside } = await written(format, form);
    const reader = await format.read();
    const read = reader.open('net', main, beside).at(1, SIZE);
    const { graph, weights: filled } = FORMS[form];
    expect(read.graph.nodes.map(({ op }) => op).sort()).toEqual(graph.nodes.map(({ op }) => op).sort());
    const wanted = outputOf(graph, filled) ?? new Float64Array(0);
    const found = outputOf(read.graph, read.weights) ?? new Float64Array(0);
    // A file holds the epsilon of a batch normalisation as float32.
    expect(found).toHaveLength(wanted.length);
    for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 5);
  });

  it('names the files that it writes', async () => {
    const { main, beside } = await written(format, 'kept');
    expect([...beside.keys()]).toEqual(format.beside);
    expect((await format.read()).references(main)).toEqual(format.beside);
  });

  it('is known by a file, and by a folder where that names it', async () => {
    const path = await onDisk(format);
    const found = await findOwnFiles(path);
    expect(found.format).toBe(id);
    expect(found.files.map(({ name }) => name)).toEqual([basename(path), ...format.beside]);
    if (format.own.byFolder) expect((await findOwnFiles(dirname(path))).files).toEqual(found.files);
  });

  it('has exports apart by model, and one ending', () => {
    const paths = ['a-fp32', 'b-fp32', 'a-fp32-bn'].map((name) => format.exportPath(name, 'b1-16'));
    expect(new Set(paths).size).toBe(3);
    for (const path of [format.main, ...paths]) expect(path.endsWith(format.own.extension)).toBe(true);
  });

  it('refuses another’s file in one line', async () => {
    const { open, references } = await format.read();
    const other = new TextEncoder().encode('no network');
    for (const read of [() => open('net', other, new Map()), () => references(other)]) expect(read).toThrow(/^.+$/);
  });
});

describe('the formats', () => {
  it('are told apart by id and by ending', () => {
    for (const key of [FORMATS.map(({ id }) => id), FORMATS.map(({ own }) => own.extension)])
      expect(new Set(key).size).toBe(FORMATS.length);
  });

  it('are loaded by no backend that tests the suite itself', () => {
    const own = BACKENDS.filter(({ gauges }) => gauges !== undefined);
    expect(own.length).toBeGreaterThan(0);
    expect(own.flatMap(({ format }) => format ?? [])).toEqual([]);
  });
});
