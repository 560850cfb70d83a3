import { evaluate } from '../../reference/evaluate.ts';
import { formatOf } from '../../reference/formats/formats.ts';
import { BACKENDS } from '../backends/backends.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { FuzzNetwork } from '../contract/play.ts';
import { graphOf } from './network.ts';
import type { Player } from './player.ts';
import { inputOf, weightsOf } from './values.ts';
import { prove } from './verdict.ts';

/** Backends that have been right for long, the first of another backend's format is its witness. */
const TRUSTED = ['ort-node/cpu', 'tfjs/cpu', 'tfjs/wasm'];

/** The backend whose evaluation is compared with an accused one's: of the same format, where there is one. */
export function witnessOf(accused: BackendRow): BackendRow {
  const others = TRUSTED.flatMap((id) => BACKENDS.find((row) => row.id === id && id !== accused.id) ?? []);
  const found = others.find(({ format }) => format === accused.format) ?? others[0];
  if (found === undefined) throw new Error(`no backend is a witness for ${accused.id}`);
  return found;
}

/** What an independent evaluation says of the truth: that it holds, that it does not, or nothing, with the reason. */
export type Witness = { readonly name: string; readonly says: 'agrees' | 'differs' | 'nothing'; readonly why: string };

export const isLast = (row: BackendRow): boolean => row.format !== undefined && formatOf(row.format).layout === 'NHWC';

/** Why this project's writer refuses a network; undefined where it writes it. */
export async function whyNotWritten(network: FuzzNetwork, row: BackendRow): Promise<string | undefined> {
  if (row.format === undefined) return undefined;
  const { write } = await formatOf(row.format).write();
  try {
    write(graphOf(network), weightsOf(network), { batch: network.batch, size: network.size, taps: [] });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Evaluates in float64 what this project's reader reads from the export. */
async function readBack(network: FuzzNetwork, row: BackendRow): Promise<Witness> {
  const name = 'the export, read and evaluated in float64';
  if (row.format === undefined) return { name, says: 'nothing', why: 'there is no export' };
  const format = formatOf(row.format);
  const { batch, size } = network;
  try {
    const [{ write }, { open }] = await Promise.all([format.write(), format.read()]);
    const { main, beside } = write(graphOf(network), weightsOf(network), { batch, size, taps: [] });
    const { graph, weights } = open('fuzz', main, beside).pieceAt(batch, size);
    const outputs = [0, 1].map(
      (index) => evaluate(graph, weights, inputOf(network, index)).get(graph.output)?.data ?? [],
    );
    const { kind } = prove(network, outputs, false);
    return { name, says: kind === 'right' ? 'agrees' : 'differs', why: kind };
  } catch (error) {
    // The reader takes fewer networks than the writer writes.
    return { name, says: 'nothing', why: (error as Error).message };
  }
}

/** Runs the same network on another backend. */
async function runBeside(network: FuzzNetwork, row: BackendRow, play: Player): Promise<Witness> {
  const [outcome] = await play([network], { alive: 1, budgetMs: 30_000 });
  if (outcome === undefined || outcome.kind === 'lost') return { name: row.id, says: 'nothing', why: 'it did not run' };
  if (outcome.kind !== 'outputs') return { name: row.id, says: 'nothing', why: outcome.reason };
  const { kind } = prove(network, outcome.outputs, isLast(row));
  return { name: row.id, says: kind === 'right' ? 'agrees' : 'differs', why: kind };
}

/** Asks independent evaluations of an accused backend's network whether its truth holds. */
export async function ask(network: FuzzNetwork, accused: BackendRow, playOn: (row: BackendRow) => Player) {
  const row = witnessOf(accused);
  return Promise.all([readBack(network, accused), runBeside(network, row, playOn(row))]);
}

/** Whether the witnesses support an accusation: one agrees with the truth, and none differs from it. */
export const supported = (witnesses: readonly Witness[]): boolean =>
  witnesses.some(({ says }) => says === 'agrees') && witnesses.every(({ says }) => says !== 'differs');
