import { beyondTolerance, isRight, verdictText } from '../../reference/judge/verdict.ts';
import type { Check } from '../record/check.ts';
import type { CheckRow } from '../record/check-row.ts';
import { ratio } from '../stats/format.ts';
import type { Checker } from './checker.ts';
import { type Column, columnsFrom, type Finding, type Headline } from './suite.ts';

/** The worst check of each checker that has one. */
export const checksOf = (checkers: readonly Checker[]): Check[] => checkers.flatMap((one) => one.worst() ?? []);

/** `wrong`, for a reason; undefined for none. */
export const wrong = (reason: string | undefined): Finding =>
  reason === undefined ? undefined : { status: 'wrong', reason };

/** The first check that is wrong, in words; undefined where none is. `nameOf` names a tensor. */
export function failed(checks: readonly Check[], nameOf: (tensor: string) => string): string | undefined {
  const bad = checks.find((check) => !isRight(check));
  return bad && `${nameOf(bad.tensor)}: ${verdictText(bad)}`;
}

/** The tensor's own name. */
export const itself = (tensor: string): string => tensor;

/** The columns of the check that decides a cell. */
export const checkColumns = <F>(pick: (figures: F) => CheckRow | undefined): Column<F>[] => [
  ...columnsFrom<F>(42, [
    ['conformance_worst_tensor', (figures) => pick(figures)?.tensor],
    ['conformance_runs', (figures) => pick(figures)?.runs],
    ['conformance_error_absolute', (figures) => pick(figures)?.error],
    ['conformance_error_relative_to_scale', (figures) => pick(figures)?.relative],
    ['conformance_allowed_absolute', (figures) => pick(figures)?.allowed],
    ['conformance_error_over_allowed', (figures) => pick(figures)?.ratio],
    ['conformance_snr_db', (figures) => pick(figures)?.snr],
    ['conformance_nonfinite_values', (figures) => pick(figures)?.nonfinite],
  ]),
  ...columnsFrom<F>(74, [
    ['conformance_allowed_over_error', (figures) => pick(figures)?.margin],
    ['conformance_relative_l2_error', (figures) => pick(figures)?.relativeL2],
    ['conformance_one_minus_cosine', (figures) => pick(figures)?.cosineDistance],
    ['conformance_atol_beside_rtol_1e-5', (figures) => pick(figures)?.atol],
    ['conformance_lost_special_values', (figures) => pick(figures)?.lost],
    ['conformance_right_special_values', (figures) => pick(figures)?.special],
  ]),
];

/** The headline of the check that decides a cell. */
export const checkHeadline = <F>(pick: (figures: F) => CheckRow | undefined): Headline<F> => ({
  title: 'err/allowed',
  place: 4,
  spare: 2,
  legend: 'err/allowed: at most 1 passes',
  text(figures) {
    const check = pick(figures);
    return check && (beyondTolerance(check) > 0 ? 'NaN/Inf' : ratio(check.ratio));
  },
});
