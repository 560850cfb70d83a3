import type { Graph } from '../graph.ts';
import type { Weights } from '../tensor.ts';
import { readCheckpoint } from '../weights/read.ts';
import { seededWeights } from '../weights/seeded.ts';
import { torchSeeded } from '../weights/torch.ts';
import { buildModel, findModel, type ModelRow } from './table.ts';

/** The two halves of `architecture.tag`. Throws where there is no dot. */
export function splitModel(model: string): { arch: string; tag: string } {
  const dot = model.lastIndexOf('.');
  if (dot < 1) throw new Error(`'${model}' is not a model such as resnet50.seed0`);
  return { arch: model.slice(0, dot), tag: model.slice(dot + 1) };
}

/** A tag that needs no file, as its kind and seed; undefined for a checkpoint's. */
export function seedOf(tag: string): { kind: 'seed' | 'torch'; seed: number } | undefined {
  const match = tag.match(/^(seed|torch)(\d{1,9})$/);
  return match ? { kind: match[1] as 'seed' | 'torch', seed: Number(match[2]) } : undefined;
}

/**
 * A model's row, graph and weights. `checkpoint` is the content of its file, for tags that have one.
 * Throws on an unknown architecture, and on a checkpoint that does not fit.
 */
export function loadModel(
  model: string,
  checkpoint: Uint8Array | undefined,
): { row: ModelRow; graph: Graph; weights: Weights } {
  const { arch, tag } = splitModel(model);
  const row = findModel(arch);
  if (row === undefined) throw new Error(`no architecture '${arch}'`);
  const graph = buildModel(row);
  const seeded = seedOf(tag);
  if (seeded?.kind === 'seed') return { row, graph, weights: seededWeights(graph, seeded.seed) };
  if (seeded?.kind === 'torch') return { row, graph, weights: torchSeeded(graph, seeded.seed).weights };
  if (checkpoint === undefined) throw new Error(`${model}: its checkpoint was not given`);
  return { row, graph, weights: readCheckpoint(graph, checkpoint) };
}
