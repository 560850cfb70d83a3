import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { type Extent, LEVELS, levelOf, mapsOf, SIDE } from '../../reports/html/maps/levels.ts';
import { renderMaps } from '../../reports/html/maps/page.ts';
import { DIFFERENCES, VALUES } from '../../reports/html/maps/palettes.ts';
import { HOSTILE } from './fixture.ts';

/** Channels of 2×2: each counts up from its number. */
const counting = (images: number, channels: number) => ({
  shape: [images, channels, 2, 2],
  data: Float64Array.from({ length: images * channels * 4 }, (_, i) => Math.floor(i / 4) + (i % 4)),
});

describe('levels', () => {
  const scale: Extent = [-1, 1];
  it.each([
    [-1, 0],
    [1, LEVELS.top],
    [0, LEVELS.top / 2],
    [1 + 1e-6, LEVELS.top],
    [-1 - 1e-6, 0],
    [1.1, LEVELS.above],
    [-1.1, LEVELS.below],
    [Number.NaN, LEVELS.nan],
    [-Infinity, LEVELS.nan],
    [1e308, LEVELS.above],
  ])('%d is %i', (value, level) => expect(levelOf(value, scale)).toBe(level));

  it('are of a scale of one value, and of the widest scale', () => {
    expect([4, 5, 6].map((value) => levelOf(value, [5, 5]))).toEqual([LEVELS.below, 0, LEVELS.above]);
    const widest: Extent = [-Number.MAX_VALUE / 2, Number.MAX_VALUE / 2];
    expect([widest[0], 0, widest[1]].map((value) => levelOf(value, widest))).toEqual([0, LEVELS.top / 2, LEVELS.top]);
  });

  it('have a colour each; values get lighter from one to the next', () => {
    expect([VALUES.length, DIFFERENCES.length]).toEqual([256, 256]);
    const luminance = VALUES.slice(0, LEVELS.top + 1).map(
      ([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue,
    );
    for (let i = 12; i < luminance.length; i += 12) expect(luminance[i]).toBeGreaterThan(luminance[i - 12] ?? 0);
    const [low = [0, 0, 0], high = [0, 0, 0]] = [DIFFERENCES[0], DIFFERENCES[LEVELS.top]];
    expect([low[2] > low[0], high[0] > high[2]]).toEqual([true, true]);
    expect(Math.min(...(DIFFERENCES[LEVELS.top / 2] ?? []))).toBeGreaterThan(230);
  });
});

describe('maps', () => {
  it('are the 16 channels with the largest error of the worst image, in order', () => {
    const reference = counting(2, 40);
    const output = Float64Array.from(reference.data);
    // Image 1, channels 3, 6, … 51 and the last pixel of each.
    for (let c = 3; c < 40; c += 2) output[(40 + c) * 4 + 3] = (output[(40 + c) * 4 + 3] ?? 0) + c;
    const maps = mapsOf({ reference, output });
    expect([maps.image, maps.total]).toEqual([1, 40]);
    expect(maps.channels.map(({ channel }) => channel)).toEqual(Array.from({ length: 16 }, (_, i) => 9 + 2 * i));
    expect(maps.channels.at(-1)).toMatchObject({ channel: 39, error: 39, nonfinite: 0 });
    expect(maps.differences).toEqual([-39, 39]);
    expect(maps.difference.slice(-4)).toEqual(Uint8Array.of(126, 126, 126, LEVELS.top));
  });

  it('keep the scale of the reference where the backend is far off or has no number', () => {
    const reference = counting(1, 2);
    const maps = mapsOf({ reference, output: [0, 1, 2, 3, Number.NaN, 1e30, Infinity, -1e30] });
    expect(maps.values).toEqual([0, 4]);
    expect([...maps.output].slice(4)).toEqual([LEVELS.nan, LEVELS.above, LEVELS.nan, LEVELS.below]);
    expect([...maps.difference].slice(4)).toEqual([LEVELS.nan, LEVELS.above, LEVELS.nan, LEVELS.below]);
    expect(maps.channels[1]).toMatchObject({ nonfinite: 2, output: [-1e30, 1e30] });
    expect(maps.differences).toEqual([-8, 8]);
  });

  it('show of each square of a large map the element with the largest error', () => {
    const side = 2 * SIDE;
    const reference = { shape: [1, 1, side, side], data: new Float64Array(side * side) };
    const output = new Float64Array(side * side);
    output[side + 1] = -2;
    output[side * side - 1] = 1;
    const { rows, columns, difference } = mapsOf({ reference, output });
    expect([rows, columns]).toEqual([SIDE, SIDE]);
    expect([difference[0], difference[1], difference.at(-1)]).toEqual([0, 126, 189]);
  });

  it('are a row of values where an output has no pixels', () => {
    const maps = mapsOf({
      reference: { shape: [1, 5], data: Float64Array.of(1, 2, 3, 4, 5) },
      output: [1, 2, 3, 4, 9],
    });
    expect([maps.height, maps.width, maps.rows, maps.columns, maps.total]).toEqual([1, 5, 1, 5, 1]);
    expect(maps.output.at(-1)).toBe(LEVELS.above);
  });

  it('of two equal outputs have a difference of 0 everywhere', () => {
    const reference = counting(1, 3);
    const maps = mapsOf({ reference, output: reference.data });
    expect(maps.channels.map(({ channel }) => channel)).toEqual([0, 1, 2]);
    expect(new Set(maps.difference)).toEqual(new Set([LEVELS.top / 2]));
  });
});

describe('the page of maps', () => {
  const reference = counting(1, 20);
  const text = renderMaps({
    ...{ id: `conformance:${HOSTILE}`, command: 'npm run locate -- x', title: HOSTILE, backend: 'ort-web/webgl' },
    nodes: [
      {
        ...{ name: HOSTILE, op: 'Conv', index: 0, reference, said: 'error 1.00e+0 is 9.0× what is allowed' },
        output: reference.data.map((value) => -value),
      },
    ],
  });
  const { document } = parseHTML(text);

  it('has reference, backend and difference side by side, each channel named and told in figures', () => {
    expect([...document.querySelectorAll('figure h3')].map((one) => one.textContent)).toEqual([
      'Reference',
      'ort-web/webgl',
      'Difference',
    ]);
    const canvases = [...document.querySelectorAll('canvas')];
    expect(canvases).toHaveLength(48);
    expect(canvases[16]?.getAttribute('aria-label')).toBe('ort-web/webgl, channel 4: -7.00 to -4.00');
    expect(canvases.map((one) => one.getAttribute('data-from')).slice(0, 3)).toEqual(['0', '4', '8']);
    const levels = atob(document.getElementById('levels-0-output')?.textContent ?? '');
    expect(levels).toHaveLength(16 * 4);
    expect(document.querySelectorAll('tbody tr')).toHaveLength(16);
  });

  it('gives the ends of each scale, and counts what is beyond', () => {
    const ramps = [...document.querySelectorAll('.ramp')].map((one) => (one.textContent ?? '').trim());
    expect(ramps).toEqual(['4.0022.0', '', '4.0022.0', 'below: 64', '-36.036.0', 'below: 10']);
  });

  it('needs nothing else, and takes strings as text', () => {
    expect(text).not.toMatch(/(?:src|href)="(?:https?|data):/);
    expect(text).not.toContain('<script>alert');
    expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    );
  });
});
