import { grouped } from '../../reference/collect.ts';
import { splitModel } from '../../reference/models/load.ts';
import { findModel } from '../../reference/models/models.ts';
import { findBackend } from '../backends/backends.ts';
import { MOST_SHARDS } from '../record/limits.ts';
import { order } from '../record/order.ts';
import { findSuite } from '../suites.ts';
import { type Cell, isOwn } from './cell.ts';
import { sessionKey } from './session.ts';

/** A part of a plan: `index`, from 1, `of` so many. */
export type Shard = { readonly index: number; readonly of: number };

/** Parses `2/3`. Throws one line that says what is right where it is not a shard. */
export function parseShard(text: string): Shard {
  const [, index = 0, of = 0] = (text.match(/^(\d{1,4})\/(\d{1,4})$/) ?? []).map(Number);
  if (index < 1 || index > of || of > MOST_SHARDS)
    throw new Error(
      `A shard is its number and how many there are, from 1/1 to ${MOST_SHARDS}/${MOST_SHARDS}, such as 1/3`,
    );
  return { index, of };
}

/** Predicted seconds of a visit apart from its calls: a Node process, or a browser with its page. */
const START = { node: 0.5, browser: 3 } as const;

/** Predicted seconds of a visit's calls per million parameters and image: about those of WebAssembly at 64×64. */
const SECONDS = 0.1;

/** Parameters of a network whose file says how many it has, which a plan does not read. */
const UNKNOWN = 25_000_000;

/** Predicted seconds of the visits of a session, from its network and host alone: no machine is known yet. */
function costOf({ model, batch, backend }: Cell): number {
  const row = isOwn(model) ? undefined : findModel(splitModel(model).arch);
  const millions = (row?.parameters ?? UNKNOWN) / 1e6;
  return START[findBackend(backend)?.host ?? 'node'] + SECONDS * millions * batch;
}

/** Whether every shard has a part of the cell, such as of its images. */
export const isSplit = ({ suite }: Cell): boolean => findSuite(suite)?.joinParts !== undefined;

/** The shard of each session, by its key. */
function dealt(cells: readonly Cell[], of: number): Map<string, number> {
  const units = [...grouped(cells, sessionKey)].map(([key, members]) => {
    const [cell] = members;
    return { key, cost: cell === undefined ? 0 : costOf(cell), backend: cell?.backend ?? '' };
  });
  // One backend after the other, and its own load counts again, so that each shard has a like share of slow backends,
  // however slow they are on a machine.
  units.sort((a, b) => order(a.backend, b.backend) || b.cost - a.cost || order(a.key, b.key));
  const loads = Array.from({ length: of }, () => 0);
  const owns = new Map<string, number[]>();
  return new Map(
    units.map(({ key, cost, backend }) => {
      const own = owns.get(backend) ?? loads.map(() => 0);
      owns.set(backend, own);
      const sums = loads.map((load, i) => load + (own[i] ?? 0));
      const index = sums.indexOf(Math.min(...sums));
      loads[index] = (loads[index] ?? 0) + cost;
      own[index] = (own[index] ?? 0) + cost;
      return [key, index + 1];
    }),
  );
}

/**
 * The cells of a shard, in the order of the plan. Cells that share a session stay together, and shards take about equally
 * long. Depends on which cells there are, not on their order. A cell that is split is in every shard.
 */
export function cellsOfShard(cells: readonly Cell[], { index, of }: Shard): Cell[] {
  const shards = dealt(
    cells.filter((cell) => !isSplit(cell)),
    of,
  );
  return cells.filter((cell) => isSplit(cell) || shards.get(sessionKey(cell)) === index);
}
