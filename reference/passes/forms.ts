import { foldBatchNorm, foldGraph } from './fold-batch-norm.ts';
import type { Pass } from './pass.ts';

/** A form of a network: the same function with other operators, in any precision. */
export type FormRow = {
  /** The part of a cell id after the precision and a dash: letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  /** The pass that converts a network as written to this form; undefined where none is needed. */
  readonly pass: Pass | undefined;
};

/** The default form, as PyTorch's ONNX exporter and TensorFlow's converter write it. Cell ids leave it out. */
export const PLAIN_FORM = 'folded';

export const FORMS: readonly FormRow[] = [
  {
    id: PLAIN_FORM,
    title: 'batch normalisation folded into the convolutions',
    pass: { graph: (graph) => foldGraph(graph).graph, network: foldBatchNorm },
  },
  {
    id: 'bn',
    title: 'batch normalisation as its own operator, as the network is written',
    pass: undefined,
  },
];

/** The row of a form. Throws where there is none. */
export function formOf(id: string): FormRow {
  const row = FORMS.find((one) => one.id === id);
  if (row === undefined) throw new Error(`no form '${id}' of a network`);
  return row;
}
