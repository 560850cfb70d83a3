import { createHash } from 'node:crypto';
import { limited } from '../../../reference/judge/bounds.ts';
import type { Limits } from '../../../reference/judge/limits.ts';
import { decodeTruths, encodeTruths, type Truths } from '../../../reference/truthfile.ts';
import { compare } from '../../../reports/compare/compare.ts';
import { renderCsv } from '../../../reports/csv.ts';
import { renderHtml } from '../../../reports/html/html.ts';
import { renderMarkdown } from '../../../reports/markdown.ts';
import { tabulate } from '../../../reports/table/table.ts';
import { renderComparison } from '../../../reports/terminal/comparison.ts';
import { renderTerminal } from '../../../reports/terminal/terminal.ts';
import { parseRun, type Run } from '../../../suites/record/record.ts';
import { syntheticRun } from '../../reports/fixture.ts';
import { alone, type Reader, type Seed } from '../input.ts';

/** A run with a few records of each suite and ending. */
function smallRun(): Run {
  const { header, records, ...rest } = syntheticRun();
  const seen = new Map<string, number>();
  const few = records.filter(({ id, outcome }) => {
    const kind = `${id.split(':')[0]} ${outcome.status}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return (seen.get(kind) ?? 0) <= 2;
  });
  const ids = new Set(few.map(({ id }) => id));
  return { ...rest, header: { ...header, plan: header.plan.filter((id, i) => ids.has(id) || i < 3) }, records: few };
}

const SMALL = smallRun();
const LINES = [SMALL.header, ...SMALL.records, SMALL.end].map((line) => JSON.stringify(line)).join('\n');
const OPTIONS = { color: false, width: 100 };

const LIMITS: Limits = { l2: 2e-6, largest: 1e-6, channels: new Float64Array() };
const TRUTHS: Truths = [0, 1].map(
  (input) =>
    new Map(
      ['layer1', 'logits'].map((tap) => [
        tap,
        limited({ shape: [1, 3], data: Float64Array.of(input, 2, -3) }, { direct: LIMITS, wide: LIMITS }),
      ]),
    ),
);

const TRUTH_FILE = await encodeTruths(TRUTHS);
const DIGEST = 32;
const sealed = (rest: Uint8Array) => Buffer.concat([createHash('sha256').update(rest).digest(), rest]);

/**
 * The same for a file that begins with its SHA-256, which is corrected: otherwise every mutation would be refused
 * because of it.
 */
const SEALED: readonly Seed[] = sealed(TRUTH_FILE.subarray(DIGEST)).equals(TRUTH_FILE)
  ? [
      {
        pieces: [{ kind: 'bytes', bytes: TRUTH_FILE.subarray(DIGEST) }],
        build: ([rest = TRUTH_FILE]) => ({ main: sealed(rest), parts: new Map() }),
      },
    ]
  : [];

export const RECORDS: readonly Reader[] = [
  {
    id: 'run',
    share: 0.2,
    typed: false,
    seeds: [alone('lines', Buffer.from(`${LINES}\n`))],
    read({ main }) {
      const run = parseRun(Buffer.from(main).toString('utf8'), 'run.jsonl');
      tabulate(run);
      renderCsv(run);
      renderTerminal(run, OPTIONS);
      const comparison = compare(SMALL, run, 0.05);
      renderHtml(run, comparison);
      renderMarkdown(comparison);
      renderComparison(comparison, OPTIONS);
      return run.damaged;
    },
  },
  {
    id: 'truth',
    share: 1,
    typed: false,
    seeds: [alone('bytes', TRUTH_FILE), ...SEALED],
    async read({ main }) {
      await decodeTruths(main);
      return [];
    },
  },
];
