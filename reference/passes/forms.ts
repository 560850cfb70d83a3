import { foldBatchNorm, foldGraph } from './fold-batch-norm.ts';
import type { Pass } from './pass.ts';

/** A form of a network: the same function in other operators, in whatever precision. */
export type FormRow = {
  /** What follows the precision and a dash in a case id; letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  /** What makes it of a network as it is written; undefined where nothing has to. */
  readonly pass: Pass | undefined;
};

/** The form that a case id does not name: what PyTorch's ONNX exporter and TensorFlow's converter write. */
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
