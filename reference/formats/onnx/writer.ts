import type { Writer } from '../format.ts';
import { cutOnnx } from './cut.ts';
import { addOutputs, outputFields, writeOnnx } from './write.ts';

export const writer: Writer = {
  write(graph, weights, { batch, size, taps }) {
    const model = writeOnnx(graph, weights, batch, size);
    return { main: taps.length === 0 ? model : addOutputs(model, outputFields(taps)), beside: new Map() };
  },
  cut: cutOnnx,
};
