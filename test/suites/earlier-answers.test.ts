import { expect, it } from 'vitest';
import { earlierAnswers } from '../../suites/engine/earlier-answers.ts';
import { groupCells } from '../../suites/engine/runner.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { accuracyOf } from '../reports/results.ts';
import { ok } from '../reports/runs.ts';

const [first, second, other] = groupCells(
  ['32:ort-node/cpu', '32:tfjs/wasm', '64:ort-node/cpu'].map((end) =>
    parseCell(`accuracy:resnet20.akamaster:fp32:b25:${end}`),
  ),
);

it('keeps the answers of the first right visit of a case for the other backends', () => {
  if (first === undefined || second === undefined || other === undefined) throw new Error('no groups');
  const answers = earlierAnswers([first, second, other], []);
  const keep = (classes: readonly number[], status: 'ok' | 'wrong') => {
    const outcome = ok({ ...accuracyOf(false), answers: [...classes] });
    const told: Outcome = status === 'wrong' && 'result' in outcome ? { ...outcome, status, reason: 'x' } : outcome;
    answers.keep(first, new Map([['accuracy', told]]));
  };
  expect(answers.of(second)).toBeUndefined();
  keep([9, 9], 'wrong');
  expect(answers.of(second)).toBeUndefined();
  keep([1, 2], 'ok');
  keep([3, 4], 'ok');
  expect(answers.of(second)).toEqual([1, 2]);
  expect(answers.of(other)).toBeUndefined();
  const outcomes = new Map([['accuracy', ok({ ...accuracyOf(false), answers: [5, 6] })]]);
  const past = [{ key: first.key, round: 0, variant: 'a' as const, seconds: 1, outcomes }];
  expect(earlierAnswers([first, second], past).of(second)).toEqual([5, 6]);
});
