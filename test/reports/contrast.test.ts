import { describe, expect, it } from 'vitest';
import { backendColours, CSS, STATUS_MARKS } from '../../reports/html/kit/theme.ts';
import { BACKENDS } from '../../suites/backends/backends.ts';

type Rgb = readonly [number, number, number];

/** Linear-light sRGB of an OKLCH colour, clipped to the gamut. Source: Ottosson, A perceptual color space (2020). */
function ofOklch(lightness: number, chroma: number, hue: number): Rgb {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const [red = 0, green = 0, blue = 0] = linear.map((one) => Math.min(1, Math.max(0, one)));
  return [red, green, blue];
}

const linearOf = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** Linear-light sRGB of `#abc`, `#aabbcc` or `oklch(l c h)`. */
function colourOf(text: string): Rgb {
  const [, l, c, h] = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(text) ?? [];
  if (l !== undefined) return ofOklch(Number(l), Number(c), Number(h));
  const digits = text.slice(1);
  const long = digits.length === 3 ? [...digits].map((one) => one + one).join('') : digits;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((i) =>
    linearOf(Number.parseInt(long.slice(i, i + 2), 16) / 255),
  );
  return [red, green, blue];
}

const luminance = ([red, green, blue]: Rgb): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** WCAG 2's contrast ratio. */
function contrast(a: string, b: string): number {
  const [low, high] = [colourOf(a), colourOf(b)].map(luminance).sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The variables of a rule, `--name:value;…`. */
const variables = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/--([\w-]+):([^;}]+)/g)].map(([, name = '', value = '']) => [name, value.trim()]));

const light = variables(/:root\{([^}]*)\}/.exec(CSS)?.[1] ?? '');
const dark = new Map([...light, ...variables(/prefers-color-scheme:dark\)\{:root\{([^}]*)\}/.exec(CSS)?.[1] ?? '')]);

it('contrast is that of WCAG', () => {
  expect(contrast('#000', '#fff')).toBeCloseTo(21, 6);
  expect(contrast('#767676', '#fff')).toBeCloseTo(4.54, 2);
  expect(contrast('oklch(1 0 0)', '#000')).toBeCloseTo(21, 3);
  // Ottosson's table: red is L 0.628, C 0.2577, h 29.23.
  expect(contrast('oklch(0.62796 0.25768 29.234)', '#f00')).toBeCloseTo(1, 2);
});

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('on a %s page', (scheme, of) => {
  const value = (name: string) => of.get(name) ?? '';

  it('text is 4.5 to 1 on its ground', () => {
    expect([...of.keys()].length).toBeGreaterThan(12);
    const statuses = ['ok', 'bad', 'warn', 'doubt', 'none'];
    for (const name of ['ink', 'soft', 'accent', ...statuses])
      for (const ground of ['bg', 'panel', 'note'])
        expect(contrast(value(name), value(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  it('graphics are 3 to 1, whichever backends are drawn', () => {
    const ids = BACKENDS.map(({ id }) => id);
    const many = Array.from({ length: 40 }, (_, i) => `ort-web/${i}`);
    for (const backends of [ids, many, ...ids.map((id) => [id])])
      for (const [name, colour] of variables(backendColours(backends)[scheme]))
        expect(contrast(colour, value('bg')), `${name} of ${backends.length}`).toBeGreaterThanOrEqual(3);
    for (const name of ['faint', 'ok', 'bad', 'doubt', 'warn'])
      expect(contrast(value(name), value('bg')), name).toBeGreaterThanOrEqual(3);
  });
});

it('a status is a word and a sign, not a colour alone', () => {
  const marks = Object.values(STATUS_MARKS);
  expect(new Set(marks.map(({ name }) => name)).size).toBe(marks.length);
  for (const { sign } of marks) expect(sign).toMatch(/^\S$/);
});
