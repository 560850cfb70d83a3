import { splitModel } from '../../reference/models/load.ts';
import { findBackend } from '../backends/backends.ts';
import { type Cell, cellId } from '../plan/cell.ts';
import type { Plan } from '../plan/plan.ts';
import { type OwnModel, ownModels, type Profile } from '../plan/profiles.ts';
import { type Header, SCHEMA } from '../record/header.ts';
import { fingerprintOf, readCommit, readEnvironment } from './environment.ts';

/** The options of a run that its header records. */
export type RecordedOptions = {
  readonly profile: Profile;
  readonly seed: number;
  readonly command: readonly string[];
  /** Which part of a larger plan it is; undefined where it is not sharded. */
  readonly part: Plan['part'];
};

/** The header's entry for a custom model. */
const ownHeader = ({ id, source, files }: OwnModel): NonNullable<Header['models']>[number] => ({
  id,
  architecture: source.format === 'architecture' ? splitModel(source.model).arch : null,
  files: files.map(({ name, sha256 }) => ({ name, sha256 })),
});

/** The header of a run of these cells that starts at `started`. */
export function headerOf(
  { profile, seed, command, part }: RecordedOptions,
  cells: readonly Cell[],
  browser: { readonly name: string; readonly version: string; readonly flags: readonly string[] } | null,
  started: Date,
): Header {
  const own = ownModels(profile);
  const environment = readEnvironment(
    [...cells.flatMap(({ backend }) => findBackend(backend)?.packages ?? []), 'playwright', 'tinybench'],
    browser && { name: browser.name, version: browser.version, flags: [...browser.flags] },
  );
  return {
    kind: 'run',
    schema: SCHEMA,
    started: started.toISOString(),
    commit: readCommit(),
    command: [...command],
    profile: profile.id,
    seed,
    rounds: profile.rounds,
    budget: profile.budgetSeconds,
    within: profile.within ?? null,
    environment,
    fingerprint: fingerprintOf(environment),
    pair: null,
    plan: cells.map(cellId),
    ...(part === undefined ? {} : { shard: { ...part.shard, plan: part.whole.map(cellId) } }),
    ...(own.length > 0 ? { models: own.map(ownHeader) } : {}),
  };
}
