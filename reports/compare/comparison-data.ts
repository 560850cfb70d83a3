import type { ChangeFinding } from '../../suites/contract/change.ts';
import type { Run } from '../../suites/record/record.ts';
import type { BackendChange } from './backends.ts';
import type { Change, Comparison } from './compare.ts';
import { countsOf } from './comparison-text.ts';
import { conclude } from './conclusion.ts';
import { type AdjustedRatio, FALSE_RATES, type TimeFinding } from './times.ts';

/** A comparison as data: what a program may read. Numbers have their units in names; nothing has to be parsed. */

const ratioData = ({ ratio, interval: [low, high], p, adjusted }: AdjustedRatio) => ({
  ratio,
  ratio_low: low,
  ratio_high: high,
  p,
  p_adjusted: adjusted,
});

/** A finding: `metric` names base and head, with their unit. A figure that a run does not have is null. */
function findingData(one: ChangeFinding | TimeFinding) {
  const { verdict, metric, base, head, detail } = one;
  const difference = 'difference' in one ? one.difference : undefined;
  return {
    ...{ verdict, metric, base, head },
    ...('ratio' in one && one.ratio !== undefined ? ratioData(one.ratio) : {}),
    ...(difference === undefined
      ? {}
      : {
          difference_ms: difference.difference,
          difference_low_ms: difference.interval[0],
          difference_high_ms: difference.interval[1],
          p: difference.p,
          p_adjusted: difference.adjusted,
        }),
    detail,
  };
}

const changeData = ({ id, verdict, unchanged, findings }: Change) => ({
  id,
  verdict,
  ...(unchanged === undefined ? {} : { unchanged }),
  findings: findings.map(findingData),
});

const backendData = ({ backend, metric, cells, verdict, threshold, ratio }: BackendChange) => ({
  ...{ backend, metric, cells, verdict, threshold },
  ...ratioData(ratio),
});

/** When, of what and on which machine a run was made. */
export const runData = ({ header }: Run) => ({
  started: header.started,
  commit: header.commit,
  fingerprint: header.fingerprint,
});

export function comparisonData(comparison: Comparison): object {
  const { base, head, rules, paired, differences, notices, control, changes, backends, tested } = comparison;
  const { verdicts, unchanged } = countsOf(comparison);
  const { regressed, code, text } = conclude(comparison);
  return {
    ...{ regressed, exit_code: code, conclusion: text },
    ...{ base: runData(base), head: runData(head) },
    ...{ thresholds: rules.thresholds, fail_on: rules.failOn, false_rates: FALSE_RATES, paired, tested },
    ...{ differences, notices },
    control: control === undefined ? null : { base_ms: control.base, head_ms: control.head, ratio: control.ratio },
    counts: Object.fromEntries(verdicts),
    unchanged: Object.fromEntries(unchanged),
    backends: backends.map(backendData),
    changes: changes.map(changeData),
  };
}
