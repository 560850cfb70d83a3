import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseRun } from '../../suites/record/record.ts';
import { runCli } from '../scripts/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-nobrowser-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Elsewhere browsers are not looked for in PATH.
it.skipIf(process.platform !== 'linux')(
  'where no browser can be had its rows are unsupported, with the fix, and the rest runs (on Linux PATH hides it)',
  { timeout: 400_000 },
  async () => {
    const out = join(folder, 'out');
    const words = ['bench', 'latency:resnet20.seed0:fp32:b1:32:ort-web/wasm,tfjs/webgl,null', '--rounds', '1'];
    const { code, err } = await runCli([...words, '--out', out], join(folder, 'cache'), {
      ...{ PATH: '', RESNET_BROWSER: '', PLAYWRIGHT_BROWSERS_PATH: join(folder, 'none') },
      PLAYWRIGHT_DOWNLOAD_HOST: 'http://127.0.0.1:1',
    });
    const [path = ''] = readdirSync(out).filter((name) => name.endsWith('.jsonl'));
    const { records } = parseRun(readFileSync(join(out, path), 'utf8'), path);
    const outcomes = new Map(records.map(({ id, outcome }) => [id.split(':').at(-1), outcome]));
    for (const backend of ['ort-web/wasm', 'tfjs/webgl'])
      expect(outcomes.get(backend), err).toMatchObject({
        status: 'unsupported',
        reason: expect.stringContaining('no Chrome, Chromium or Edge that works is installed'),
        fix: expect.stringMatching(/^install Chrome, Chromium or Edge .*--browser PATH/),
      });
    expect(outcomes.get('null')?.status).toBe('ok');
    expect(code).toBe(0);
  },
);
