import { MACHINE, partOf } from './fingerprint.ts';
import type { JoinedFile } from './record.ts';
import { missingShards, overShards } from './shards.ts';

/** Shards that began further apart than this, in milliseconds, may be of two runs. */
const APART = 12 * 3_600_000;

/** Notes about shards: those that are missing, other machines, and beginnings that are far apart. */
export function shardNotes(files: readonly JoinedFile[]): string[] {
  const headers = files.map(({ header }) => header);
  const [first] = headers;
  if (first?.shard === undefined) return [];
  const missing = missingShards(files);
  const machine = MACHINE.flatMap((part) => {
    const text = overShards(headers, (header) => partOf(header, part));
    return text === partOf(first, part) ? [] : [`${part}: ${text}`];
  });
  const begins = headers.map(({ started }) => Date.parse(started));
  const hours = Math.round((Math.max(...begins) - Math.min(...begins)) / 3_600_000);
  return [
    ...(missing === undefined
      ? []
      : [
          `no file is of ${missing.shards}: ${missing.cells.length} of ${first.shard.plan.length} cells are not run, and those that shards split are partial`,
        ]),
    ...(machine.length === 0
      ? []
      : [`the shards ran on different machines (${machine.join('; ')}): compare times within a shard only`]),
    ...(hours * 3_600_000 > APART ? [`the shards began ${hours} hours apart: they may be of different runs`] : []),
  ];
}
