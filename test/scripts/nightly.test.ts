import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../suites/hosts/bundle.ts';
import { judgeFile } from '../../suites/nightly/nightly.ts';
import { ID, idOf, latency, runOf } from '../reports/runs.ts';
import { errorsOf, type Ran, runCli } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'resnet-nightly-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [history, out, summary] = ['history', 'out', 'summary.md'].map((name) => join(root, name)) as [
  string,
  string,
  string,
];

const QUIET = idOf('latency', 'ort-web/wasm');

/** A run file of a night in which one cell takes `ms` milliseconds. */
function file(number: number, ms: number, packages = 'onnxruntime-node 1.29.0'): string {
  const started = `2026-02-${String(number).padStart(2, '0')}T02:00:00.000Z`;
  const parts = { cpu: 'one', cores: '2', gpu: 'none known', packages };
  const header = { started, command: ['latency'], fingerprint: { hash: 'a', parts } };
  const run = runOf({ [ID]: latency(ms), [QUIET]: latency(20) }, header);
  const end = { ...run.end, at: started.replace('T02', 'T03') };
  const path = join(root, `night-${number}.jsonl`);
  writeFileSync(path, `${[run.header, ...run.records, end].map((line) => JSON.stringify(line)).join('\n')}\n`);
  return path;
}

const nightly = (run: string, env: { [name: string]: string } = {}): Promise<Ran> =>
  runCli(['nightly', '--history', history, '--run', run, '--out', out], root, env);

/** Adds the first eleven nights, alike, to a history, as `nightly --run` does. */
async function elevenNights(folder: string): Promise<void> {
  for (let number = 1; number <= 11; number++)
    await judgeFile(file(number, 10), {
      folder,
      threshold: 0.03,
      keep: 400,
      seed: 0,
      out,
      browser: undefined,
      log: () => {},
      onProgress: () => {},
      onPhase: () => {},
      signal: new AbortController().signal,
    });
}

describe('nightly', { timeout: 120_000 }, () => {
  let slow: Ran;
  let healed: Ran;
  beforeAll(async () => {
    await elevenNights(history);
    slow = await nightly(file(12, 13, 'onnxruntime-node 1.30.0'), { GITHUB_STEP_SUMMARY: summary });
    healed = await nightly(file(13, 10, 'onnxruntime-node 1.30.0'));
  }, 120_000);

  it('reports the cell that got slower, by how much, and the version that is new; exit code 1', () => {
    expect(slow.code).toBe(1);
    expect(slow.out).toMatch(/^Got worse: 1 slower\.\nnight 12, 2026-02-12 02:00 UTC/);
    expect(slow.out).toMatch(new RegExp(`  slower  ×1\\.(29|30|31)\\d  ${ID}\n`));
    expect(slow.out).toContain('candidate cause: onnxruntime-node 1.29.0 → 1.30.0');
    expect(slow.out).toContain('not run again');
    expect(slow.out).not.toContain(`slower  ${QUIET}`);
  });

  it('says the next night that it is as before; exit code 0', () => {
    expect(healed.code).toBe(0);
    expect(healed.out).toMatch(/^Nothing got worse\./);
    expect(healed.out).toMatch(new RegExp(`  mended  ×(0\\.9|1\\.0)\\d+  ${ID}\n`));
  });

  it('writes a page with a trend for each cell, Markdown, JUnit, and the job’s summary', () => {
    const at = join(out, 'night-12.nightly');
    const { document } = parseHTML(readFileSync(`${at}.html`, 'utf8'));
    // Trends are drawn in the browser, from what the page holds.
    const packed = Buffer.from(document.querySelector('#data')?.textContent ?? '', 'base64');
    const { trends } = JSON.parse(gunzipSync(packed).toString());
    expect(trends.cells.map(([id]: [string]) => id)).toEqual([ID, QUIET]);
    expect(document.querySelector('h1')?.textContent).toBe('Nightly: Got worse: 1 slower.');
    const markdown = readFileSync(`${at}.md`, 'utf8');
    expect(markdown).toContain(`| slower | \`${ID}\` | ×1.`);
    expect(readFileSync(summary, 'utf8')).toBe(markdown);
    const xml = readFileSync(`${at}.junit.xml`, 'utf8');
    expect(xml).toMatch(/<testsuite name="nightly" tests="2" failures="1" errors="0" skipped="0"/);
    expect(xml).toMatch(new RegExp(`name="${ID}" time="[\\d.]+"><failure type="slower" message="slower ×1\\.`));
    expect(xml).toMatch(new RegExp(`name="${QUIET}" time="[\\d.]+"/>`));
  });

  it('accepts what the last night reports, and then judges by the new level', async () => {
    const own = join(root, 'accepting');
    const night = async (run: string) => runCli(['nightly', '--history', own, '--run', run, '--out', out], root);
    await elevenNights(own);
    expect((await night(file(14, 13))).code).toBe(1);
    const none = await runCli(['nightly', 'accept', QUIET, '--history', own, '--reason', 'known'], root);
    expect(none).toMatchObject({ code: 2 });
    expect(errorsOf(none.err)[0]).toContain(`it reports ${ID}`);
    const done = await runCli(['nightly', 'accept', ID, '--history', own, '--reason', 'a slower right kernel'], root);
    expect(done).toMatchObject({ code: 0, out: `${ID} is accepted from night-000012 on: a slower right kernel\n` });
    expect((await night(file(15, 13))).code).toBe(0);
    expect((await night(file(16, 17))).code).toBe(1);
  });

  it.each([
    [[], /required option '--history/],
    [['--history', history, '--run', 'nowhere.jsonl'], /cannot read nowhere\.jsonl \(ENOENT\)/],
    [['--history', history, '--aa'], /nightly does not take --aa/],
    [['--history', history, '--keep', '5'], /keep at least 60 nights/],
    [['--history', history, '--models', 'resnet81'], /resnet81/],
  ])('bad input %j is one line and exit code 2', async (words, line) => {
    const ran = await runCli(['nightly', ...words], root);
    expect(ran.code).toBe(2);
    expect(errorsOf(ran.err)).toEqual([expect.stringMatching(line)]);
  });

  it.skipIf(process.platform !== 'linux')(
    'a full disk is one line that says how to go on, and loses nothing',
    async () => {
      const own = join(root, 'full');
      const run = file(17, 10);
      const words = ['nightly', '--history', own, '--run', run, '--out', out];
      const before = await runCli(words, root);
      expect(before.code).toBe(0);
      const kept = readdirSync(own).map((name) => [name, readFileSync(join(own, name), 'utf8')]);
      // The kernel's limit of a file's size needs no privilege.
      const command = ['--fsize=4000', process.execPath, '--import', 'tsx', join(ROOT, 'scripts/cli.ts'), ...words];
      let err = '';
      try {
        execFileSync('prlimit', command, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
      } catch (error) {
        err = String((error as { stderr: Buffer }).stderr);
      }
      expect(errorsOf(err)).toEqual([
        expect.stringMatching(
          /cannot write .*full\/night-000002\.jsonl \(EFBIG\): .* then npm run nightly -- --history .*--run/,
        ),
      ]);
      expect(readdirSync(own).map((name) => [name, readFileSync(join(own, name), 'utf8')])).toEqual(kept);
      expect(existsSync(join(own, 'night-000002.jsonl'))).toBe(false);
    },
  );
});
