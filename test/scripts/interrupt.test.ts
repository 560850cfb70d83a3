import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../suites/hosts/bundle.ts';
import { parseRun } from '../../suites/record/record.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-interrupt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a bench that is interrupted', { timeout: 60_000 }, () => {
  it('keeps the records and writes the reports', async () => {
    const out = join(folder, 'interrupted');
    const words = ['bench', 'latency:resnet20.seed0', '--backends', 'null', '--rounds', '10000', '--out', out];
    const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts/cli.ts'), ...words], { cwd: ROOT });
    // The second visit begins when the first one's record is written.
    child.stderr.on('data', (text: Buffer) => text.toString().includes('round 2 ') && child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(130);
    const [csv, html, jsonl] = readdirSync(out).sort();
    expect([csv, html, jsonl].map((name) => name?.split('.').at(-1))).toEqual(['csv', 'html', 'jsonl']);
    const run = parseRun(readFileSync(join(out, jsonl ?? ''), 'utf8'), 'run');
    expect(run.records.length).toBeGreaterThanOrEqual(1);
    expect(run.damaged).toEqual([]);
  });
});
