import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { judge, verdictText } from '../../reference/judge/verdict.ts';
import { rigorous } from '../../reference/judge/worst-case.ts';
import type { BackendRow } from '../contract/backend.ts';
import { readEnvironment } from '../engine/environment.ts';
import { writeRepro } from '../locate/repro.ts';
import type { ExaminedDefect } from './examine.ts';
import { networkText } from './key.ts';
import { graphOf } from './network.ts';
import { inputOf, weightsOf } from './values.ts';
import { CALLS } from './verdict.ts';

/** Version of a backend's runtime. */
function versionOf(row: BackendRow): string {
  const [name = ''] = row.packages;
  return readEnvironment([name], null).packages[name] ?? '';
}

/** How a defect fails, as text. */
export function failingText({ failing }: ExaminedDefect): string {
  if (failing.kind !== 'wrong') return `${failing.kind}: ${failing.reason.split('\n')[0]}`;
  const { proof } = failing;
  const call = proof.call === 0 ? '' : ` (call ${proof.call + 1} of one session)`;
  return `${proof.verdict === undefined ? proof.why : verdictText(proof.verdict)}${call}`;
}

/**
 * Writes a folder for a defect: the shrunk network and what was said of it, and a repro of one call that uses the
 * runtime's public API only. Returns the folder.
 */
export async function writeBundle(folder: string, defect: ExaminedDefect, row: BackendRow): Promise<string> {
  const { smallest, failing, before, witnesses, standing, minimal } = defect;
  mkdirSync(folder, { recursive: true });
  const about = {
    backend: row.id,
    version: versionOf(row),
    network: networkText(smallest),
    failing: failingText(defect),
    standing,
    minimal,
    witnesses,
    smallest,
    before,
  };
  writeFileSync(join(folder, 'defect.json'), `${JSON.stringify(about, null, 2)}\n`);
  const call = failing.kind === 'wrong' ? failing.proof.call : 0;
  // A defect that needs other networks before it does not stand in a page of one call.
  if (standing === 'state' || standing === 'unrepeated') return folder;
  const given = { graph: graphOf(smallest), weights: weightsOf(smallest), input: inputOf(smallest, CALLS[call] ?? 0) };
  const exact = rigorous(given.graph, given.weights, given.input, FLOAT32);
  // Where it throws, or gives another number of values, no value is right.
  const proof = failing.kind === 'wrong' ? failing.proof : undefined;
  const output = proof?.verdict === undefined ? exact.value.data.map(() => Number.NaN) : proof.output;
  const kind = { arithmetic: FLOAT32, index: CALLS[call] ?? 0, own: undefined };
  const failure = { ...given, ...kind, output, verdict: proof?.verdict ?? judge(output, exact) };
  await writeRepro(folder, failure, row, versionOf(row));
  return folder;
}
