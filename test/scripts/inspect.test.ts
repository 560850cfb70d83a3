import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspect } from '../../scripts/inspect.ts';

const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('inspect', () => {
  it('shows totals, stages and layers in aligned lines', () => {
    const text = inspect('resnet50', {});
    expect(text).toMatch(/^resnet50\n {2}input +1×3×224×224\n {2}parameters +25,557,032, and 53,120 statistics\n/);
    expect(text).toContain('4.089·10⁹');
    expect(text).toMatch(/^layer4 +1×2048×7×7 +0\.383 +427 +32$/m);
    expect(text).toMatch(/^layer1\.0\.conv2 +Conv +3×3 +1×64×56×56 +36,864 +0\.14 +115\.6 +2\.83 +0\.766 +19 +4$/m);
    const lines = text.split('\n\n').map((table) => table.trimEnd().split('\n'));
    for (const table of lines.slice(1)) expect(new Set(table.map((line) => line.length)).size).toBe(1);
  });

  it('gives the same figures as JSON, for another size and batch; a tag changes nothing', () => {
    const read = (model: string) => JSON.parse(inspect(model, { json: true, size: 64, batch: 2 }));
    const found = read('resnet[2.2.2.2]-basic.seed3');
    expect(found).toMatchObject({ model: 'resnet[2.2.2.2]-basic', input: [2, 3, 64, 64], parameters: 11_689_512 });
    expect(found.layers.at(-1)).toMatchObject({ name: 'fc', parameters: 513_000, field: { size: [null, null] } });
    expect(found).toEqual(read('resnet[2.2.2.2]-basic'));
  });

  it('writes a page that needs nothing else', () => {
    const path = join(folder, 'page.html');
    expect(inspect('resnet8', { html: path })).toContain(path);
    const page = readFileSync(path, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('78,186');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });

  it.each([
    ['resnet51', {}, "unknown model 'resnet51': did you mean 'resnet50'?"],
    ['resnet18.seed0.x', {}, "unknown model 'resnet18.seed0.x'"],
    ['resnet[2.2]-basic', {}, 'four numbers of blocks'],
    ['resnet50', { size: 0 }, 'its shape is [1,3,0,0]: extents are whole numbers of 1 or more'],
  ])('refuses %s %j', (model, flags, message) => {
    expect(() => inspect(model, flags)).toThrow(message);
  });
});
