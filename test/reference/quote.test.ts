import { expect, it } from 'vitest';
import { listText, quote, shapeText } from '../../reference/quote.ts';

it('shows ordinary names and shapes as they are', () => {
  expect(quote('layer1.0.conv1.weight')).toBe("'layer1.0.conv1.weight'");
  expect(quote('重み')).toBe("'重み'");
  expect(shapeText([1, 3, 224, 224])).toBe('[1,3,224,224]');
  expect(shapeText(['N', 3n, null])).toBe('[N,3,…]');
});

it('cuts what is long, and keeps both ends', () => {
  expect(quote(`first.${'x'.repeat(5e6)}.last`)).toMatch(/^'first\.x{47}…x{21}\.last'$/);
  expect(shapeText(Array(300_000).fill(1))).toBe(`[${Array(16).fill(1)},… 300000 in all]`);
  expect(shapeText(Array(300).fill('\n'.repeat(100))).length).toBeLessThan(110);
});

it('makes marks visible that would break the line or turn it around', () => {
  expect(quote('a\nb\x1b[31m\u202e\ud800')).toBe("'a\\u{a}b\\u{1b}[31m\\u{202e}\\u{d800}'");
  expect(quote('\x1b'.repeat(1000)).length).toBeLessThanOrEqual(82);
});

it('lists what fits, one at least', () => {
  expect(listText(['a', 'b'], 5, 10)).toBe('a, b');
  expect(listText(['a', 'b', 'c'], 2, 10)).toBe('a, b and 1 more');
  expect(listText(['aaaaa', 'bbbbb', 'c'], 5, 10)).toBe('aaaaa and 2 more');
  expect(listText(['x'.repeat(50), 'b'], 5, 10)).toBe(`${'x'.repeat(6)}…${'x'.repeat(3)} and 1 more`);
});
