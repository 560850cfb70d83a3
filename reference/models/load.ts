import type { NetworkFile, Read } from '../formats/format.ts';
import { type FormatId, formatOf } from '../formats/formats.ts';
import type { Graph } from '../graph.ts';
import { liveParameters } from '../passes/live.ts';
import type { Weights } from '../tensor.ts';
import { oneLine } from '../text.ts';
import { readCheckpoint } from '../weights/read.ts';
import { seededWeights } from '../weights/seeded.ts';
import { torchSeeded } from '../weights/torch.ts';
import { buildModel, FAMILIES, findModel, type ModelRow } from './models.ts';

/** The two halves of `architecture.tag`. Throws where there is no dot. */
export function splitModel(model: string): { arch: string; tag: string } {
  const dot = model.lastIndexOf('.');
  if (dot < 1) throw new Error(`'${model}' is not a model such as resnet50.live0`);
  return { arch: model.slice(0, dot), tag: model.slice(dot + 1) };
}

/** The kind and seed of a tag that needs no file; undefined for a checkpoint's tag. */
export function seedOf(tag: string): { kind: 'seed' | 'live' | 'torch'; seed: number } | undefined {
  const match = tag.match(/^(seed|live|torch)(\d{1,9})$/);
  return match ? { kind: match[1] as 'seed' | 'live' | 'torch', seed: Number(match[2]) } : undefined;
}

function rowOf(arch: string): ModelRow {
  const row = findModel(arch);
  if (row === undefined) throw new Error(`no architecture '${arch}'`);
  return row;
}

/** Largest size of the inputs whose activations `liveN`'s statistics are of, in pixels: quick, and runs' usual one. */
const LIVE_SIZE = 64;

/** What is chosen for a model: it takes an evaluation of the network, and is small. */
const chosen = new Map<string, Weights>();

function liveWeights(model: string, { family }: ModelRow, graph: Graph, seed: number): Weights {
  const seeded = seededWeights(graph, seed);
  const size = Math.min(LIVE_SIZE, FAMILIES[family].size);
  const own = chosen.get(model) ?? liveParameters(graph, seeded, size);
  chosen.set(model, own);
  return new Map([...seeded, ...own]);
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
  const row = rowOf(arch);
  const graph = buildModel(row);
  const seeded = seedOf(tag);
  if (seeded?.kind === 'seed') return { row, graph, weights: seededWeights(graph, seeded.seed) };
  if (seeded?.kind === 'live') return { row, graph, weights: liveWeights(model, row, graph, seeded.seed) };
  if (seeded?.kind === 'torch') return { row, graph, weights: torchSeeded(graph, seeded.seed).weights };
  if (checkpoint === undefined) throw new Error(`${model}: its checkpoint was not given`);
  return { row, graph, weights: readCheckpoint(graph, checkpoint) };
}

/**
 * A file of a model: its path, and its name in the model's main file. `sha256` is its hash at the start of the run,
 * where known.
 */
export type ModelFile = { readonly name: string; readonly path: string; readonly sha256?: string };

/** A file that was read, with its SHA-256 and its length in bytes. */
export type HashedFile = ModelFile & { readonly sha256: string; readonly bytes: number };

/** Where a model comes from. Plain data, which can be sent to a child process or a page. */
export type ModelSource = {
  /** An architecture of the table with seeded weights or a checkpoint, or a file that holds a whole network. */
  readonly format: 'architecture' | FormatId;
  /** `architecture.tag`; for a file, the name given to its network. */
  readonly model: string;
  /** The main file, and then those that it refers to; none for seeded weights. */
  readonly files: readonly ModelFile[];
};

/** Runs `action`, and puts the file's name before the message of its error. */
function about<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Error(oneLine(`${name}: ${(error as Error).message}`));
  }
}

type ReadFile = (path: string) => Promise<Uint8Array>;

/** Reads a model's files. Throws one line that names the file where it is damaged, or not supported. */
export async function openModel({ format, model, files }: ModelSource, read: ReadFile): Promise<NetworkFile> {
  const [main, ...others] = files;
  const bytes = main && (await read(main.path));
  const name = main?.name ?? model;
  if (format === 'architecture') {
    const loaded = about(name, () => loadModel(model, bytes));
    const at = () => ({ ...loaded, names: new Map() });
    return { batch: undefined, size: undefined, at, pieceAt: at };
  }
  if (bytes === undefined) throw new Error(`${model} has no file`);
  const parts = new Map<string, Uint8Array>();
  // A file with several names is read once.
  const contents = new Map<string, Uint8Array>();
  for (const { name: part, path } of others) {
    const content = contents.get(path) ?? (await read(path));
    contents.set(path, content);
    parts.set(part, content);
  }
  const reader = await formatOf(format).read();
  const { batch, size, at, pieceAt } = about(name, () => reader.open(model, bytes, parts));
  return {
    batch,
    size,
    at: (n, pixels) => about(name, () => at(n, pixels)),
    pieceAt: (n, pixels) => about(name, () => pieceAt(n, pixels)),
  };
}

/** A model's graph without weights. */
export type NamedGraph = Omit<Read, 'weights'>;

/**
 * Returns a function that gives the graph at any batch and size that a model allows. The model's files are read once.
 */
export async function graphsOf(
  source: ModelSource,
  read: ReadFile,
): Promise<(batch: number, size: number) => NamedGraph> {
  if (source.format !== 'architecture') return (await openModel(source, read)).at;
  const graph = buildModel(rowOf(splitModel(source.model).arch));
  return () => ({ graph, names: new Map() });
}
