import { type PrecisionForm, parsePrecision, precisionText } from '../../reference/precisions/notation.ts';

/** A case on a backend: pure data. Its id is also the query that reruns it. */
export type Cell = PrecisionForm & {
  readonly suite: string;
  /** `architecture.tag`, such as `resnet50.live0`. */
  readonly model: string;
  readonly batch: number;
  /** Input height and width, in pixels. */
  readonly size: number;
  readonly backend: string;
};

/** Tag of a custom model, which is loaded from a file. */
export const OWN_TAG = 'user';

export const isOwn = (model: string): boolean => model.endsWith(`.${OWN_TAG}`);

/** The fields of a cell id, in order. */
export const cellFields = (cell: Cell): string[] => [
  cell.suite,
  cell.model,
  precisionText(cell),
  `b${cell.batch}`,
  `${cell.size}`,
  cell.backend,
];

/** `latency:resnet50.live0:fp32:b1:224:ort-web/webgpu`; `fp32-bn` is precision `fp32` in the form `bn`. */
export function cellId(cell: Cell): string {
  return cellFields(cell).join(':');
}

/** The cell that an id names. Throws where it is not an id. */
export function parseCell(id: string): Cell {
  const [suite, model, text = '', batch, size, backend, ...rest] = id.split(':');
  const network = parsePrecision(text);
  if (
    !suite ||
    !model ||
    network === undefined ||
    !batch?.match(/^b[1-9]\d*$/) ||
    !size?.match(/^[1-9]\d*$/) ||
    !backend ||
    rest.length > 0
  )
    throw new Error(`'${id}' is not a cell id such as latency:resnet50.live0:fp32:b1:224:ort-web/webgpu`);
  const { precision, form } = network;
  return { suite, model, precision, form, batch: Number(batch.slice(1)), size: Number(size), backend };
}

/**
 * Whether a pattern matches a text; `*` stands for any characters. Time is at most proportional to the product of their
 * lengths.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    // The earliest match leaves the most room for the parts that follow.
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
