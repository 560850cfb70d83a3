import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openModel } from '../../reference/models/load.ts';
import { locateCase } from '../../suites/engine/locate-cell.ts';
import { OWN_PACKAGES } from '../../suites/hosts/bundle.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { plan, readRuns, run } from '../../suites/index.ts';
import { readOwnModels } from '../../suites/plan/own.ts';

/** What a benchmark and locate say of a cell: its status, and the first wrong node, `right`, or why there is none. */
export type Agreed = { readonly id: string; readonly bench: string; readonly reason: string; readonly found: string };

/** Whether a custom model can be read, at a size that it allows. */
async function isReadable(file: string): Promise<boolean> {
  try {
    for (const { source, batch, size } of await readOwnModels([file]))
      (await openModel(source, readFile)).at(batch ?? 1, size ?? 64);
    return true;
  } catch {
    return false;
  }
}

/** The files that can be read, of these. */
export async function readable(files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map(async (file) => ((await isReadable(file)) ? [file] : [])));
  return found.flat();
}

async function locatedAs(id: string, files: readonly string[], browser: string | undefined, out: string) {
  try {
    const { bench, located, lessExact, doubt, repro } = await locateCase(id, {
      ...{ files, browser, packages: OWN_PACKAGES, out, lifetime: lifetime(), log: () => {} },
    });
    if (located === undefined) return bench.length === 0 ? 'right' : `nothing, but ${bench[0]?.tensor} is wrong`;
    if (lessExact) return 'right';
    const { node, proved, smallest } = located;
    const alone = repro === undefined ? '' : 'says' in repro.alone ? repro.alone.says.slice(0, 6) : repro.alone.reason;
    const how = `${proved ? 'proved' : 'beyond'}, ${smallest.own === undefined ? 'export' : 'own file'}, ${alone}`;
    if (doubt !== undefined) return `doubt: ${node.name} (${node.op}) on ${doubt.backend ?? 'our own reading'}`;
    return `${node.name} (${node.op}): ${how}${bench.length === 0 ? ', unlike a benchmark' : ''}`;
  } catch (error) {
    return `cannot run: ${(error as Error).message.split('\n')[0]}`;
  }
}

/**
 * Runs models on backends as `bench` does and as `locate` does. `queries` are of the suite conformance; `files` are
 * custom models.
 */
export async function agreements(
  ask: { readonly queries: readonly string[]; readonly files: readonly string[]; readonly backends: readonly string[] },
  browser: string | undefined,
  out: string,
): Promise<Agreed[]> {
  const planned = await plan({ ...ask, rounds: 1, samples: 2, budgetSeconds: 3600 });
  const { paths } = await run(planned, { out: join(out, 'runs'), browser });
  const agreed: Agreed[] = [];
  for (const { id, outcome } of readRuns(paths).records) {
    const reason = 'reason' in outcome ? outcome.reason : '';
    const found = await locatedAs(id, ask.files, browser, join(out, `${agreed.length}`));
    agreed.push({ id, bench: outcome.status, reason, found });
  }
  return agreed;
}
