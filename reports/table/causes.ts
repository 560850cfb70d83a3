import { grouped } from '../../reference/collect.ts';
import { mergedText, wording } from './merged.ts';
import type { RowStatus } from './status.ts';
import { type Problem, problemsOf, type Row, type Table } from './table.ts';

/** What cells that share a cause say: one text for reasons that differ in their numbers only, and its cells. */
export type CauseText = { readonly text: string; readonly rows: readonly Row[] };

/** Problems with one cause: of one status, with the same fix, or with the same words but for their numbers. */
export type Cause = Pick<Problem, 'status' | 'fix'> & {
  readonly texts: readonly CauseText[];
  /** The cells of all texts, each once. */
  readonly rows: readonly Row[];
};

/** Each of these is a finding of its own, whose numbers are the finding. */
const FINDINGS: readonly RowStatus[] = ['wrong', 'suspect'];

const wordingOf = ({ status, reason }: Problem): string => (FINDINGS.includes(status) ? reason : wording(reason));

/** Every cell that is not ok, by cause, the worst statuses first. */
export function causesOf(table: Table): Cause[] {
  const causes = grouped(problemsOf(table), (one) =>
    JSON.stringify([one.status, one.fix ?? null, one.fix ? '' : wordingOf(one)]),
  );
  return [...causes.values()].map((problems) => {
    const texts = [...grouped(problems, wordingOf).values()].map((alike) => ({
      text: mergedText(alike.map(({ reason }) => reason)),
      rows: [...new Set(alike.flatMap(({ rows }) => rows))],
    }));
    const [{ status, fix }] = problems as [Problem];
    return {
      status,
      fix,
      texts,
      rows: [...new Set(texts.flatMap(({ rows }) => rows))],
    };
  });
}
