import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { folderOf, formOf, writeShapeFiles } from '../../reference/datasets/shapes/files.node.ts';
import { KINDS } from '../../reference/datasets/shapes/outlines.ts';
import { render } from '../../reference/datasets/shapes/render.ts';
import { sceneOf } from '../../reference/datasets/shapes/set.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-shape-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the shapes as files', () => {
  it('are the scenes at odd sizes, in a folder for each class', async () => {
    await writeShapeFiles(folder, 30);
    const found = readdirSync(folder).flatMap((one) => readdirSync(join(folder, one)).map((name) => [one, name]));
    expect(found).toHaveLength(30);
    // Folders sort as labels do.
    expect(readdirSync(folder).sort()).toEqual(KINDS.map((_, label) => folderOf(label)));
    for (const [one = '', name = ''] of found) {
      const index = Number(name.slice(0, 5));
      const [scene, { width, height, kind }] = [sceneOf('test', index), formOf(index)];
      expect(one).toBe(folderOf(scene.label));
      expect(name).toBe(`${String(index).padStart(5, '0')}.${kind}`);
      const { data, info } = await sharp(join(folder, one, name))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels]).toEqual([width, height, 3]);
      const exact = render(scene, width, height);
      const off = Array.from(data, (value, i) =>
        Math.abs(value - (exact[(i % 3) * width * height + Math.floor(i / 3)] as number)),
      );
      const mean = off.reduce((sum, difference) => sum + difference, 0) / off.length;
      // PNG loses nothing; JPEG of a noisy picture, with colours at half the resolution, a few steps of 255.
      if (kind === 'png') expect(mean).toBe(0);
      else expect(mean).toBeLessThan(12);
    }
  });

  it('have sizes from 40 to 131 pixels, none square, and every kind of JPEG', () => {
    const forms = Array.from({ length: 300 }, (_, index) => formOf(index));
    for (const { width, height } of forms) {
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(40);
      expect(Math.max(width, height)).toBeLessThanOrEqual(131);
      expect(width).not.toBe(height);
    }
    expect(new Set(forms.map(({ width }) => width)).size).toBeGreaterThan(70);
    const jpegs = forms.filter(({ kind }) => kind === 'jpeg');
    expect(jpegs).toHaveLength(200);
    expect(new Set(jpegs.map(({ chroma, progressive }) => `${chroma} ${progressive}`)).size).toBe(4);
  });
});
