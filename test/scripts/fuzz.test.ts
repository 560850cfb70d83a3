import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../suites/hosts/bundle.ts';

const out = mkdtempSync(join(tmpdir(), 'resnet-fuzz-test-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Runs `npm run fuzz` with these words. */
const fuzz = (...words: string[]): Promise<{ readonly code: number; readonly text: string; readonly error: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/fuzz.ts', ...words, '--out', out],
      { cwd: ROOT },
      (error, text, said) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, text, error: said }),
    );
  });

describe('npm run fuzz', { timeout: 120_000 }, () => {
  it('finds nothing in onnxruntime-node on the CPU, and prints what it drew', async () => {
    const { code, text } = await fuzz('--seconds', '60', '--networks', '100', '--seed', '4');
    const [, played = '0'] =
      text.match(/^ort-node\/cpu, seed 4: (\d+) networks \([\d.]+ per second\), \1 without a fault/) ?? [];
    expect(Number(played)).toBe(100);
    expect(text).toMatch(/^ {2}drawn: channels \d+\/40, .*kernels \d+\/49.*operators \d+\/13/m);
    expect(code).toBe(0);
    expect(readdirSync(out)).toEqual([]);
  });

  it('refuses a backend that runs no file', async () => {
    const { code, error } = await fuzz('--backends', 'f64');
    expect(code).toBe(2);
    expect(error).toMatch(/^error: 'f64' is none of ort-node\/cpu, /m);
  });
});
