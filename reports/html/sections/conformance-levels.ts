import type { Agreement } from '../../../reference/judge/agreement.ts';
import { beyondTolerance } from '../../../reference/judge/verdict.ts';
import type { CheckRow } from '../../../suites/record/check-row.ts';
import { margin, NONE, ratio, scientific } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import { amount, type Column, caseColumn, dataTable, figure, name, nameColumns, orNone } from '../kit/parts.ts';

/** Stages in the order of the network, which is that of a record, then the logits. */
export const depth = (a: string, b: string): number => Number(a === 'logits') - Number(b === 'logits');

type Line = { readonly row: Row; readonly check: CheckRow | undefined; readonly untapped: string | undefined };

/** A line for each compared tensor, or one for a row without. */
function linesOf(rows: readonly Row[]): Line[] {
  return rows.flatMap((row): Line[] => {
    const conformance = measured(row, 'conformance');
    const untapped = conformance?.untapped;
    const checks = [...(conformance?.checks ?? [])].sort((a, b) => depth(a.tensor, b.tensor));
    return orNone(checks).map((check) => ({ row, check, untapped }));
  });
}

/** A column of figures; `null` is a figure that is not defined there. */
const value = (
  title: string,
  pick: (check: CheckRow) => number | null,
  format: (value: number) => string,
): Column<Line> => amount<Line>(title, ({ check }) => check && pick(check), format);

/** A tolerance, where there is one that passes. */
const tolerable = (pick: (check: CheckRow) => number) => (check: CheckRow) =>
  beyondTolerance(check) > 0 ? null : pick(check);

const agreement = (title: string, pick: (check: CheckRow) => Agreement | null): Column<Line> =>
  figure<Line>(
    title,
    ({ check }) => {
      const found = check && pick(check);
      return found ? `${found.agree} of ${found.of}` : NONE;
    },
    ({ check }) => (check && pick(check)?.agree) ?? undefined,
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
    title: 'Element by element',
    means:
      'Every element has a bound of its own, and the worst one decides. Error ÷ allowed is taken where it is largest: at most 1 passes. The margin is its inverse, the factor by which the bound could be tightened. The largest error may be at another element. NaN and infinities are compared by kind: too many are values that should be finite, missing are values other than the NaN or infinity that is right, and rightly so are those that the network itself makes.',
    columns: [
      value('Runs', (check) => check.runs, String),
      value('Error ÷ allowed', (check) => check.ratio, ratio),
      value('Margin', (check) => check.margin, margin),
      value('Allowed', (check) => check.allowed, scientific),
      value('Largest error', (check) => check.error, scientific),
      value('Largest value', (check) => check.scale, scientific),
      value('NaN, Inf too many', (check) => check.nonfinite, String),
      value('NaN, Inf missing', (check) => check.lost, String),
      value('NaN, Inf rightly so', (check) => check.special, String),
      name('Note', ({ untapped }) => (untapped ? `stages not compared: ${untapped}` : '')),
    ],
  },
  {
    title: 'The tensor as a whole',
    means:
      'How long the error is beside the truth, as vectors. The relative L2 error is the ratio of their Euclidean norms; the signal-to-noise ratio is the same in decibels (every 20 dB is a digit; float32 itself has about 144). 1 − cosine is about half the square of the angle between output and truth in radians: it does not see a scale that is wrong throughout. Neither decides: a defect in one channel may hardly show in them.',
    columns: [
      value('Relative L2 error', (check) => check.relativeL2, scientific),
      value('1 − cosine', (check) => check.cosineDistance, scientific),
      figure(
        'SNR (dB)',
        ({ check }) => (check?.relativeL2 === 0 ? 'exact' : (check?.snr?.toFixed(0) ?? NONE)),
        ({ check }) => check?.snr ?? undefined,
      ),
    ],
  },
  {
    title: 'What is decided',
    of: ({ check }) => check === undefined || check.top1 !== null,
    means:
      'Images whose best class (Top-1), or set of best five (Top-5), is the truth’s. An image is counted where rounding cannot turn the decision: where the truth’s first and second class, or fifth and sixth, are further apart than their bounds together. Only logits decide something.',
    columns: [agreement('Top-1 agrees', (check) => check.top1), agreement('Top-5 agrees', (check) => check.top5)],
  },
  {
    title: 'The tolerance that would have passed',
    means:
      'For a test of your own: the smallest that holds for the worst run, the one with the largest error ÷ allowed. Absolute: |error| ≤ it. Of the largest value: |error| ≤ it × the tensor’s largest |truth|. Beside rtol 1e-5: |error| ≤ it + 1e-5 × |truth|, element by element, as numpy.allclose(output, truth, rtol=1e-5, atol=it) asks. None passes where NaN or infinities are too many or missing.',
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
        'atol beside rtol 1e-5',
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
    const named = [
      ...nameColumns<Line>((line) => line.row),
      name<Line>('Tensor', ({ check }) => check?.tensor ?? NONE),
    ];
    const last = i === 0 ? [caseColumn<Line>((line) => line.row)] : [];
    return html`<details><summary>${title}</summary><p class="small soft">${means}</p>
${dataTable<Line>([...named, ...columns, ...last], lines.filter(of))}</details>`;
  })}`;
}
