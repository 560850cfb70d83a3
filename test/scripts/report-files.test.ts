import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { syntheticRun } from '../reports/fixture.ts';
import { errorsOf, runCli } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { header, records, end } = syntheticRun();
const path = join(folder, 'run.jsonl');
writeFileSync(path, [header, ...records, end].map((line) => `${JSON.stringify(line)}\n`).join(''));
const report = (...words: string[]) => runCli(['report', path, ...words], join(folder, 'cache'));

describe('what report writes besides its pages', { timeout: 60_000 }, () => {
  it('is a badge and a trace, where they are asked for, and names them', async () => {
    const [badge, trace] = [join(folder, 'badge.svg'), join(folder, 'trace.json')];
    const { out, code } = await report('--badge', badge, '--badge-of', '*:resnet50*:ort-web/wasm', '--trace', trace);
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n').slice(-2)).toEqual([badge, trace]);
    expect(readFileSync(badge, 'utf8')).toMatch(/^<svg .*>ort-web\/wasm \d+ ms · right<\/text>/s);
    expect(JSON.parse(readFileSync(trace, 'utf8')).traceEvents.length).toBeGreaterThan(1000);
  });

  it('prints Markdown alone', async () => {
    const { out } = await report('--markdown');
    expect(out).toMatch(/^\*\*resnet18\.seed0\*\*\n\n\| Host \| Rank \| Backend \|/);
    expect(out).not.toContain(path);
  });

  it('says in a line that no cell matches, or that a file cannot be written', async () => {
    const none = await report('--badge', join(folder, 'none.svg'), '--badge-of', '*:resnet9000*');
    expect([none.code, errorsOf(none.err)]).toEqual([
      2,
      [expect.stringMatching(/no network of this run has a cell that matches '\*:resnet9000\*'/)],
    ]);
    expect(existsSync(join(folder, 'none.svg'))).toBe(false);
    const { code, err } = await report('--trace', join(folder, 'no', 'such', 'folder.json'));
    expect([code, errorsOf(err).length]).toEqual([2, 1]);
  });
});
