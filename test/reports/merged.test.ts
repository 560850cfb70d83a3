import { describe, expect, it } from 'vitest';
import { mergedText } from '../../reports/table/merged.ts';
import { warningsByKind } from '../../reports/table/table.ts';

describe('one text for several cells', () => {
  it('gives the range of each figure, and a figure alone where all are equal', () => {
    const texts = [
      'calls got 20 % faster after the first 21: use 2 more',
      'calls got 9 % faster after the first 4: use 2 more',
      'calls got 59 % faster after the first 8: use 2 more',
    ];
    expect(mergedText(texts)).toBe('calls got 9 to 59 % faster after the first 4 to 21: use 2 more');
    expect(mergedText(['up to 1.5 times', 'up to 10.2 times'])).toBe('up to 1.5 to 10.2 times');
    expect(mergedText(['nothing'])).toBe('nothing');
  });

  it('keeps the words of the first where others have other words', () => {
    expect(mergedText(['later rounds were 7 % slower', 'later rounds were 9 % faster'])).toBe(
      'later rounds were 7 % slower',
    );
    expect(() => mergedText([])).toThrow(RangeError);
  });

  it('is what reports print for the warnings of one kind', () => {
    const row = (text: string) => ({ measure: { warnings: [{ kind: 'spikes', text }] }, cell: { suite: 'latency' } });
    const table = { rows: [row('5 % of the samples'), row('12 % of the samples')] };
    const [warning] = warningsByKind(table as never);
    expect(warning?.text).toBe('5 to 12 % of the samples');
    expect(warning?.rows).toHaveLength(2);
  });
});
