import type { Writer } from '../format.ts';
import { cutGraphModel } from './cut.ts';
import { WEIGHTS_FILE, writeGraphModel } from './write.ts';

export const writer: Writer = {
  write(graph, weights, { size }) {
    const { json, weights: bytes } = writeGraphModel(graph, weights, size);
    return { main: new TextEncoder().encode(JSON.stringify(json)), beside: new Map([[WEIGHTS_FILE, bytes]]) };
  },
  cut: cutGraphModel,
};
