import { readFile } from 'node:fs/promises';
import { evaluate } from '../../reference/evaluate.ts';
import { type FormatId, formatOf } from '../../reference/formats/formats.ts';
import { truth } from '../../reference/judge/bounds.ts';
import { judge, type Verdict } from '../../reference/judge/verdict.ts';
import { nchw } from '../../reference/tensor.ts';
import { BACKENDS } from '../backends/backends.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { Loadable, Prober } from './prober.ts';
import { differs, type Failure, worstOf } from './suspect.ts';

/** An evaluation other than the accused backend's that differs from the truth as well, so the file may be at fault. */
export type Doubt = {
  /** The backend, or undefined where our own reading of the written file differs: then the file is wrong. */
  readonly backend: string | undefined;
  readonly verdict: Verdict;
};

/** Another backend, and how it runs a file. */
export type Other = { readonly id: string; readonly probe: Prober };

/** The backends that can check what an accused one is fed: those of its format on the processor, best known first. */
export const othersFor = ({ id, format }: BackendRow): BackendRow[] =>
  BACKENDS.filter((row) => row.format === format && row.id !== id && ['cpu', 'wasm'].includes(row.device));

/** The output of a file as the reference reads it; undefined where it does not read all of it. */
async function readBack({ main, beside, linked }: Loadable, format: FormatId, { input }: Failure) {
  const [batch, , size] = nchw(input.shape);
  const parts = new Map<string, Uint8Array>(beside);
  for (const { name, path } of linked) parts.set(name, await readFile(path));
  const { open } = await formatOf(format).read();
  try {
    const { graph, weights } = open('written', main, parts).pieceAt(batch, size);
    return evaluate(graph, weights, input).get(graph.output)?.data;
  } catch {
    return undefined;
  }
}

/**
 * Checks what a backend is accused of by evaluations that have nothing to do with it: the file's bytes read again and
 * evaluated in float64, and the first of the other backends that can run it. Undefined where they agree with the truth.
 */
export async function doubtOf(
  failure: Failure,
  file: Loadable,
  format: FormatId,
  others: readonly Other[],
): Promise<Doubt | undefined> {
  const { graph, weights, input, arithmetic } = failure;
  const expected = truth({ graph, weights, input }, new Map([['output', graph.output]]), arithmetic).get('output');
  if (expected === undefined) throw new Error(`${graph.output} was not computed`);
  const read = await readBack(file, format, failure);
  const verdict = read && judge(read, expected);
  if (verdict !== undefined && differs(verdict)) return { backend: undefined, verdict };
  for (const { id, probe } of others) {
    const ran = await probe(file, [input], { asMeasured: false }).catch(() => undefined);
    if (ran === undefined) continue;
    const calls = ran.calls.flatMap(({ outputs }) => [...outputs.values()]);
    const worst = worstOf(calls, expected);
    return worst && differs(worst.verdict) ? { backend: id, verdict: worst.verdict } : undefined;
  }
  return undefined;
}
