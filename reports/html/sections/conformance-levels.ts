import type { Agreement } from '../../../reference/judge/agreement.ts';
import { beyondTolerance } from '../../../reference/judge/verdict.ts';
import { type CheckRow, ratioText } from '../../../suites/record/check-row.ts';
import { margin, NONE, scientific } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import { amount, type Column, caseColumn, dataTable, figure, name, nameColumns } from '../kit/parts.ts';

/** Stages in the order of the network, which is that of a record, then the logits. */
export const depth = (a: string, b: string): number => Number(a === 'logits') - Number(b === 'logits');

type Line = { readonly row: Row; readonly check: CheckRow; readonly untapped: string | undefined };

/** A line for each compared tensor, or one for a row without. */
function linesOf(rows: readonly Row[]): Line[] {
  return rows.flatMap((row): Line[] => {
    const conformance = measured(row, 'conformance');
    const untapped = conformance?.untapped;
    const checks = [...(conformance?.checks ?? [])].sort((a, b) => depth(a.tensor, b.tensor));
    return checks.map((check) => ({ row, check, untapped }));
  });
}

/** A column of figures; `null` is a figure that is not defined there. */
const value = (
  title: string,
  pick: (check: CheckRow) => number | null,
  format: (value: number) => string,
): Column<Line> => amount<Line>(title, ({ check }) => pick(check), format);

/** A tolerance, where there is one that passes. */
const tolerable = (pick: (check: CheckRow) => number) => (check: CheckRow) =>
  beyondTolerance(check) > 0 ? null : pick(check);

const agreement = (title: string, pick: (check: CheckRow) => Agreement | null): Column<Line> =>
  figure<Line>(
    title,
    ({ check }) => {
      const found = pick(check);
      return found ? `${found.agree} of ${found.of}` : NONE;
    },
    ({ check }) => pick(check)?.agree,
  );

type Level = {
  readonly title: string;
  readonly means: string;
  readonly columns: readonly Column<Line>[];
  /** The lines that it tells something of; all where absent. */
  readonly of?: (line: Line) => boolean;
};

/** What is told of every compared tensor, in three levels, and what a test would have to assert. */
const LEVELS: readonly Level[] = [
  {
    title: 'Element-wise error',
    means:
      'Error ÷ allowed is the largest ratio over three norms of the error: the largest element, the whole tensor, and the worst channel. At most 1 passes. The margin is its inverse, the factor by which the limits could be tightened. The largest error is shown beside it, whichever norm decides. NaN and infinity are counted apart: unexpected where the truth is finite, missing where the truth is NaN or infinite and the output is not, expected where both are.',
    columns: [
      value('Runs', (check) => check.runs, String),
      figure(
        'Error ÷ allowed',
        ({ check }) => ratioText(check),
        ({ check }) => check.ratio,
      ),
      value('Margin', (check) => check.margin, margin),
      value('Allowed', (check) => check.allowed, scientific),
      value('Largest error', (check) => check.error, scientific),
      value('Largest value', (check) => check.scale, scientific),
      value('NaN, Inf unexpected', (check) => check.nonfinite, String),
      value('NaN, Inf missing', (check) => check.lost, String),
      value('NaN, Inf expected', (check) => check.special, String),
      name('Note', ({ untapped }) => (untapped ? `stages not compared: ${untapped}` : '')),
    ],
  },
  {
    title: 'Whole-tensor error',
    means:
      'The error relative to the truth, both as vectors. The relative L2 error is the ratio of their Euclidean norms. SNR is the same in decibels: 20 dB per decimal digit, about 144 dB for float32. 1 − cosine is about half the squared angle between output and truth, in radians; it does not change with scale. These figures do not decide the verdict: a defect in one channel hardly changes them.',
    columns: [
      value('Relative L2 error', (check) => check.relativeL2, scientific),
      value('1 − cosine', (check) => check.cosineDistance, scientific),
      figure(
        'SNR (dB)',
        ({ check }) => (check.relativeL2 === 0 ? 'exact' : (check.snr?.toFixed(0) ?? NONE)),
        ({ check }) => check.snr ?? undefined,
      ),
    ],
  },
  {
    title: 'Decisions (Top-1 and Top-5)',
    of: ({ check }) => check.top1 !== null,
    means:
      'Images whose best class (Top-1) or best five classes (Top-5) are those of the truth. An image counts only where rounding cannot change the decision: the truth’s first and second class (or fifth and sixth) must be further apart than their bounds together. Only logits have decisions.',
    columns: [agreement('Top-1 agrees', (check) => check.top1), agreement('Top-5 agrees', (check) => check.top5)],
  },
  {
    title: 'Smallest passing tolerance',
    means:
      'The tolerance t that your own test would need, for the run with the largest error ÷ allowed. Absolute: |error| ≤ t. Of the largest value: |error| ≤ t × the tensor’s largest |truth|. With rtol 1e-5: |error| ≤ t + 1e-5 × |truth| for every element, as in numpy.allclose(output, truth, rtol=1e-5, atol=t). No tolerance passes where NaN or infinity is unexpected or missing.',
    columns: [
      value(
        'Absolute',
        tolerable((check) => check.error),
        scientific,
      ),
      value(
        'Of the largest value',
        tolerable((check) => check.relative),
        scientific,
      ),
      value(
        'atol with rtol 1e-5',
        tolerable((check) => check.atol),
        scientific,
      ),
    ],
  },
];

/** A table for each level, with what it means, folded away. */
export function levelTables(rows: readonly Row[]): Markup {
  const lines = linesOf(rows);
  return html`${LEVELS.map(({ title, means, columns, of = () => true }, i) => {
    const named = [...nameColumns<Line>((line) => line.row), name<Line>('Tensor', ({ check }) => check.tensor)];
    const last = i === 0 ? [caseColumn<Line>((line) => line.row)] : [];
    return html`<details><summary>${title}</summary><p class="small soft">${means}</p>
${dataTable<Line>([...named, ...columns, ...last], lines.filter(of))}</details>`;
  })}`;
}

/** What the levels tell of the tensors of one cell beyond its errors by depth, in one table. */
export const levelsOfCell = (rows: readonly Row[]): Markup =>
  html`<details><summary>Decisions, and the tolerance that a test would need</summary>${dataTable<Line>(
    [name<Line>('Tensor', ({ check }) => check.tensor), ...LEVELS.slice(2).flatMap(({ columns }) => columns)],
    linesOf(rows),
  )}</details>`;
