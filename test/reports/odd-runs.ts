import type { Run } from '../../suites/record/record.ts';
import { syntheticRun } from './fixture.ts';

/** The part of a run that some cells are. */
export const partOf = (run: Run, isOne: (id: string) => boolean): Run => ({
  ...run,
  header: { ...run.header, plan: run.header.plan.filter(isOne) },
  records: run.records.filter(({ id }) => isOne(id)),
});

/** A run with strings replaced wherever they stand in it. */
const replaced = (run: Run, pairs: readonly (readonly [string, string])[]): Run =>
  JSON.parse(
    pairs.reduce((text, [from, to]) => text.replaceAll(from, JSON.stringify(to).slice(1, -1)), JSON.stringify(run)),
  );

/** A word of ten thousand letters. */
export const LONG_WORD = 'x'.repeat(10_000);

/** Runs that a page must be readable for, by what is odd about them. */
export function oddRuns(): { readonly [what: string]: Run } {
  const run = syntheticRun();
  const few = partOf(run, (id) => id.includes(':resnet18.seed0:') && id.includes(':64:'));
  const [one = ''] = run.header.plan;
  const wide = few.header.plan.filter((id) => id.startsWith('latency:') || id.startsWith('startup:'));
  const from = wide.filter((id) => id.endsWith(':ort-web/wasm'));
  // Forty backends: the records of one, under other names.
  const many = Array.from({ length: 40 }, (_, i) => `ort-web/device-${i}`);
  const forty = many.flatMap((backend) =>
    few.records
      .filter(({ id }) => from.includes(id))
      .map((record) => ({ ...record, id: record.id.replace('ort-web/wasm', backend) })),
  );
  const file = (i: number) => ({
    file: `shard-${i}.jsonl`,
    header: { ...few.header, shard: { index: i, of: 3, plan: [...few.header.plan] } },
    resumes: [],
    end: few.end,
    spans: [],
    copies: [],
    repeated: [],
  });
  return {
    'hostile strings': replaced(few, [
      ['resnet18.seed0', '"><img src=x onerror=alert(1)>\u202e=1+1.seed0'],
      ['placement log', '</script><script>alert(2)</script>'],
    ]),
    'long words': replaced(few, [
      ['resnet18.seed0', `${LONG_WORD}.seed0`],
      ['libcuda.so.1', LONG_WORD],
      ['SwiftShader Device', LONG_WORD],
    ]),
    'no figures': { ...few, records: [] },
    'one cell': partOf(run, (id) => id === one),
    'only failures': {
      ...few,
      records: few.header.plan.map((id) => ({
        ...{ kind: 'record', round: 0, at: '2026-01-02T03:04:05.000Z' },
        ...{ id, outcome: { status: 'crash', reason: 'the page died', phase: 'open' } },
      })),
    },
    'three shards': { ...few, files: [1, 2, 3].map(file) },
    'forty backends': {
      ...few,
      header: { ...few.header, plan: [...new Set(forty.map(({ id }) => id))] },
      records: forty,
    },
  };
}
