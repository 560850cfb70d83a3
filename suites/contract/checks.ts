import { beyondTolerance, isRight, verdictText } from '../../reference/judge/verdict.ts';
import type { Check } from '../record/check.ts';
import { type CheckRow, ratioText } from '../record/check-row.ts';
import { count, NONE } from '../stats/format.ts';
import type { Checker } from './checker.ts';
import { type Column, type Criterion, columnsFrom, type Finding, type Headline } from './suite.ts';

/** The worst check of each checker that has one. */
export const checksOf = (checkers: readonly Checker[]): Check[] => checkers.flatMap((one) => one.worst() ?? []);

/** `wrong` with a reason; undefined without one. */
export const wrong = (reason: string | undefined): Finding =>
  reason === undefined ? undefined : { status: 'wrong', reason };

/** `suspect` with a reason, which says what would decide it; undefined without one. */
export const suspect = (reason: string | undefined): Finding =>
  reason === undefined ? undefined : { status: 'suspect', reason };

/** `wrong` where outputs belong to another input. */
export const staleness = (stale: number): Finding =>
  wrong(
    stale > 0
      ? `${count(stale, 'output')} equal that of another input, bit by bit: a stale result, or nothing depends on the input`
      : undefined,
  );

/** What decides about an output of a whole network. */
export const LOCATE = 'to decide: npm run locate -- with this cell';

const isWrongByKind = (check: Check): boolean => beyondTolerance(check) > 0;

/**
 * The failed checks as text: the first one, and the first with values wrong by kind where that is another. Undefined
 * where none failed. `nameOf` converts a tensor's name to text.
 */
export function failed(checks: readonly Check[], nameOf: (tensor: string) => string): string | undefined {
  const first = checks.find((check) => !isRight(check));
  if (first === undefined) return undefined;
  const named = isWrongByKind(first) ? [first] : [first, ...checks.filter(isWrongByKind).slice(0, 1)];
  return named.map((check) => `${nameOf(check.tensor)}: ${verdictText(check)}`).join('; ');
}

/**
 * The finding about outputs of a whole network, in the order of the graph: `wrong` where values are wrong by kind,
 * otherwise `suspect` where one is beyond its limit, since a limit proves nothing. `undecided` says what was tried, or
 * what would decide.
 */
export function judged(checks: readonly Check[], nameOf: (tensor: string) => string, undecided: string): Finding {
  const reason = failed(checks, nameOf);
  if (reason === undefined || checks.some(isWrongByKind)) return wrong(reason);
  return suspect(`${reason}; not proven wrong: ${undecided}`);
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

/** The error of the check that decides a cell over what is allowed, as text. */
const worstText = (check: CheckRow): string => (beyondTolerance(check) > 0 ? 'NaN/Inf' : ratioText(check));

/** The headline of the check that decides a cell. */
export const checkHeadline = <F>(pick: (figures: F) => CheckRow | undefined): Headline<F> => ({
  title: 'err/allowed',
  place: 4,
  spare: 2,
  legend: 'err/allowed: at most 1 passes',
  text(figures) {
    const check = pick(figures);
    return check && worstText(check);
  },
});

/** The error of the check that decides a cell, as a criterion. */
export const errorCriterion = <F>(pick: (figures: F) => CheckRow | undefined): Criterion<F> => ({
  id: 'error',
  title: 'Error ÷ allowed',
  unit: '',
  place: 5,
  better: 'less',
  value(figures) {
    const check = pick(figures);
    return check && (beyondTolerance(check) > 0 ? Infinity : check.ratio);
  },
  text(figures) {
    const check = pick(figures);
    return check ? worstText(check) : NONE;
  },
});
