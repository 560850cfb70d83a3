import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../reference/datasets/shapes/outlines.ts';
import { render } from '../../reference/datasets/shapes/render.ts';
import { renderSet, sceneOf } from '../../reference/datasets/shapes/set.ts';

const RECORD = 3073;
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const FOLDER = 'reference/datasets/shapes';
const SOURCES = [
  ...readdirSync(FOLDER).map((name) => join(FOLDER, name)),
  // What the renderer imports from elsewhere.
  'reference/random.ts',
];

/** Members of Math whose result IEEE 754 or ECMAScript defines to the last bit. */
const EXACT = new Set(['abs', 'floor', 'imul', 'max', 'min', 'sqrt']);

/** Members of Math in a text that are not exact, and powers. Those of whole numbers alone (`2 ** -24`) are exact. */
function inexact(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const members = [...code.matchAll(/\bMath\s*(?:\.\s*(\w+)|\[)/g)].map(([, name = '[']) => name);
  const bound = [...code.matchAll(/\{([^}]*)\}\s*=\s*Math\b/g)].flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
  const powers = [...code.matchAll(/(\S+)\s*\*\*\s*(\S+)/g)].filter(([all]) => !/^2 \*\* -?\d+/.test(all));
  return [...[...members, ...bound].filter((name) => !EXACT.has(name)), ...powers.map(([all]) => all)];
}

/** The mean of each square of `factor` × `factor` pixels, as the picture with fewer pixels has it. */
function shrunk(picture: Uint8Array, side: number, factor: number): number[] {
  const small = side / factor;
  return Array.from({ length: 3 * small * small }, (_, i) => {
    const [c, row, column] = [Math.floor(i / small ** 2), Math.floor(i / small) % small, i % small];
    let sum = 0;
    for (let k = 0; k < factor * factor; k++) {
      const y = row * factor + Math.floor(k / factor);
      sum += picture[(c * side + y) * side + column * factor + (k % factor)] as number;
    }
    return sum / factor ** 2;
  });
}

describe('the renderer', () => {
  it.each(SOURCES)('%s computes with what every engine computes alike', (path) => {
    expect(inexact(readFileSync(path, 'utf8'))).toEqual([]);
  });

  it('is found out where it would not', () => {
    const text =
      'const { sin, floor } = Math;\nMath.exp(1); Math.floor(2); x ** 2; 2 ** -24; Math["cos"](1); // Math.pow';
    expect(inexact(text)).toEqual(['exp', '[', 'sin', 'x ** 2;']);
  });

  it('gives the same bytes on every machine', () => {
    expect(hashOf(renderSet('test', 0, 20))).toBe('e5b8093b47f159d5f6316b75bbc6d1395de4751616faeb0fbeffa567151d9e0d');
    expect(hashOf(renderSet('train', 0, 20))).toBe('bcfdab697a4e819ec6052ed375ea1328bd2a1a0dad4a4e37acbc57f310893ce0');
    expect(hashOf(render(sceneOf('test', 0), 57, 41))).toBe(
      '78978e9b7baa8a7791b784cf045d79877fa2c4628549711cdf4388f87f7c7b05',
    );
  });

  it('gives an image whatever was rendered before it', () => {
    const twenty = renderSet('test', 0, 20);
    expect(renderSet('test', 7, 3)).toEqual(twenty.slice(7 * RECORD, 10 * RECORD));
    expect(renderSet('test', 0, 20)).toEqual(twenty);
  });

  it('shows every class once in each ten images, in changing order', () => {
    const labels = Array.from({ length: 300 }, (_, i) => sceneOf('test', i).label);
    const tens = Array.from({ length: 30 }, (_, k) => labels.slice(10 * k, 10 * k + 10));
    for (const ten of tens) expect([...ten].sort()).toEqual(KINDS.map((_, label) => label));
    expect(new Set(tens.map(String)).size).toBeGreaterThan(25);
  });

  it('shares no image between train and test, nor within one', () => {
    const pictures = (['test', 'train'] as const).flatMap((split) =>
      Array.from({ length: 300 }, (_, i) => hashOf(render(sceneOf(split, i), 4, 4))),
    );
    expect(new Set(pictures).size).toBe(600);
  });

  it('draws the same picture in finer pixels', () => {
    for (let i = 0; i < 10; i++) {
      const scene = sceneOf('test', i);
      const fine = shrunk(render(scene, 96, 96), 96, 3);
      const off = [...render(scene, 32, 32)].map((value, k) => Math.abs(value - (fine[k] as number)));
      // Three times as many samples a side move an edge's value, and no other.
      expect(off.reduce((sum, one) => sum + one, 0) / off.length, `image ${i}`).toBeLessThan(2);
    }
  });

  it('shows the same square in the middle of a wide and of a tall picture', () => {
    const scene = sceneOf('test', 3);
    const square = render(scene, 32, 32);
    const [wide, tall] = [render(scene, 40, 32), render(scene, 32, 40)];
    for (let i = 0; i < square.length; i++) {
      const [c, row, column] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32];
      expect(wide[(c * 32 + row) * 40 + column + 4]).toBe(square[i]);
      expect(tall[(c * 40 + row + 4) * 32 + column]).toBe(square[i]);
    }
  });

  it('has outlines that fit their circle, each unlike the others', () => {
    const areas = KINDS.map(({ inside }) => {
      let count = 0;
      for (let k = 0; k < 60 * 60; k++) {
        const [x, y] = [((k % 60) - 29.5) / 20, (Math.floor(k / 60) - 29.5) / 20];
        if (!inside(x, y)) continue;
        expect(x * x + y * y).toBeLessThan(1.3 ** 2);
        count++;
      }
      return count;
    });
    expect(Math.min(...areas)).toBeGreaterThan(200);
    expect(new Set(KINDS.map(({ name }) => name)).size).toBe(10);
  });
});
