import type { Graph } from '../graph.ts';
import type { Weights } from '../tensor.ts';
import { matchCheckpoint, type StoredTensor } from './checkpoint.ts';
import { readPyTorch } from './pytorch.ts';
import { renameOf } from './rename.ts';
import { isSafetensors, readSafetensors } from './safetensors.ts';

/** The tensors of a checkpoint, safetensors or PyTorch's, detected by its content. Throws as its reader does. */
export function readTensors(bytes: Uint8Array): Map<string, StoredTensor> {
  return isSafetensors(bytes) ? readSafetensors(bytes) : readPyTorch(bytes);
}

/** Reads a checkpoint in any known format and naming as the graph's weights. Throws where it does not fit. */
export function readCheckpoint(graph: Graph, bytes: Uint8Array): Weights {
  const tensors = readTensors(bytes);
  return matchCheckpoint(graph, tensors, renameOf(tensors));
}
