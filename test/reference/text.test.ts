import { describe, expect, it } from 'vitest';
import { cut, plain, plainLines, printable, printableJson } from '../../reference/text.ts';

/** What may act on a terminal or on the text around it: C0, C1, ANSI, bidirectional marks, zero-width, separators, tags. */
const SIGNS = [
  ...['\u0000', '\u0007', '\u001b[31m', '\u007f', '\u009b31m', '\u0090'],
  ...['\u200e', '\u200f', '\u061c', '\u202a', '\u202e', '\u2066', '\u2069'],
  ...['\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u2028', '\u2029', '\u{e0041}', '\ud800'],
];
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

describe('text from files and other programs', () => {
  it.each(SIGNS)('is safe in a line, in lines, on a page and as JSON with %j', (sign) => {
    const text = `a${sign}b`;
    expect(plain(text)).toMatch(/^a .*b$/);
    for (const safe of [plain(text), plainLines(text), printable(text), printableJson(text)])
      expect(safe).not.toMatch(UNSAFE);
    expect(JSON.parse(printableJson({ [text]: [text] }))).toEqual({ [text]: [text] });
  });

  it('keeps lines and indents where there may be some, and letters of every language', () => {
    expect(plainLines('a:\n  b\r\nc')).toBe('a:\n  b\nc');
    expect(printable('a\tb\nc')).toBe('a\tb\nc');
    expect(plain('  größer → 東京 😀 שלום ')).toBe('größer → 東京 😀 שלום');
  });

  it('is cut in its middle', () => {
    expect(cut('short', 5)).toBe('short');
    expect(cut(`begins${'x'.repeat(1e6)}ends`, 30)).toMatch(/^begins.*…x*ends$/);
    expect(cut('x'.repeat(1e6), 30)).toHaveLength(30);
  });
});
