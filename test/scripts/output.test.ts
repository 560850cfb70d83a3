import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../suites/hosts/bundle.ts';
import type { Run } from '../../suites/record/record.ts';
import { syntheticRun } from '../reports/fixture.ts';
import { runCli } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cli = (words: readonly string[]) => runCli(words, join(folder, 'cache'));

/** What acts on a terminal: all control and format characters but the line feed. */
const ACTS = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;
const ACTING = '\u001b[2J\u009b31m\u202e\u2066\u200b\u2028\u0007';

function write(name: string, { header, records, end }: Run, more: readonly string[]): string {
  const path = join(folder, `${name}.jsonl`);
  writeFileSync(path, [...[header, ...records, end].map((line) => JSON.stringify(line)), ...more, ''].join('\n'));
  return path;
}

/** A small run that has every status. */
function smallRun(): Run {
  const run = syntheticRun();
  const kept = (id: string) => /^(latency|conformance):resnet(18|101)[^:]*:fp32:b1:64:/.test(id);
  return {
    ...run,
    header: { ...run.header, plan: run.header.plan.filter(kept) },
    records: run.records.filter(({ id }) => kept(id)),
    damaged: [],
  };
}

/** A run whose names and reasons would act on a terminal, with damaged lines that would too. */
function actingRun(name: string): string {
  const text = JSON.stringify(smallRun());
  const sign = JSON.stringify(ACTING).slice(1, -1);
  const run = text
    .replaceAll('resnet101.seed0', `resnet101${sign}.seed0`)
    .replaceAll('tfjs/wasm', `tfjs/${sign}wasm`)
    .replaceAll('the page died', `the page ${sign} died`)
    .replaceAll('Test OS', `Test ${sign} OS`);
  return write(name, JSON.parse(run), Array(8).fill(`hello ${ACTING}`));
}

describe('what a command prints', { timeout: 60_000 }, () => {
  it('does not act on a terminal, whatever a run file holds', async () => {
    const [base, head] = [actingRun('base'), actingRun('head')];
    const commands = [
      ['report', base],
      ['report', base, '--json'],
      ['compare', base, head],
      ['compare', base, head, '--markdown'],
      ['bench', '--resume', head],
      ['report', `${ACTING}.jsonl`],
      ['bench', `--${ACTING}`],
      ['bench', '--profile', ACTING],
    ];
    for (const [i, { out, err }] of (await Promise.all(commands.map(cli))).entries()) {
      expect(out + err, commands[i]?.join(' ')).not.toMatch(ACTS);
      if (i < 5) expect(out + err).toContain(': and 3 more lines');
    }
  });

  it('says in at most 500 characters that a word of 100,000 is not right', async () => {
    const long = 'x'.repeat(1e5);
    const commands = [
      ['bench', '--models', long],
      ['bench', `--${long}`],
      ['bench', '--rounds', long],
      ['report', long],
    ];
    for (const { code, err } of await Promise.all(commands.map(cli))) {
      const lines = err.trimEnd().split('\n');
      expect(lines.filter((line) => line.startsWith('error: '))).toHaveLength(1);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(500);
      expect(code).toBe(2);
    }
  });

  it.skipIf(process.platform === 'win32')('ends nothing where its reader ends early', () => {
    const path = write('piped', smallRun(), []);
    const entry = `"${process.execPath}" --import tsx "${join(ROOT, 'scripts/cli.ts')}"`;
    const run = (command: string) =>
      spawnSync('bash', ['-c', command], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    const { stdout, stderr } = run(`${entry} report "${path}" | true; echo "\${PIPESTATUS[0]}"`);
    expect([stdout, stderr.match(/EPIPE|^ +at /m)]).toEqual(['1\n', null]);
    expect(['html', 'csv'].map((name) => existsSync(join(folder, `piped.${name}`)))).toEqual([true, true]);
    const list = run(`${entry} list | head -1; echo "\${PIPESTATUS[0]}"; ${entry} list --bogus 2>&1 >&- | true`);
    expect(list.stdout.trim().split('\n').at(-1)).toBe('0');
    expect(list.stderr).toBe('');
  });

  it.skipIf(process.platform === 'win32')(
    'waits for a slow reader, and says so where nothing can be written',
    {
      timeout: 90_000,
    },
    () => {
      const entry = `"${process.execPath}" --import tsx "${join(ROOT, 'scripts/cli.ts')}"`;
      const run = (command: string) => spawnSync('bash', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
      // More than a pipe holds, read only after the time that undoing may take.
      const listed = `${entry} bench --list --profile full --json`;
      const [quick, slow] = [`${listed} | wc -c`, `${listed} | (sleep 17; wc -c)`].map((text) =>
        Number(run(text).stdout),
      );
      expect(quick).toBeGreaterThan(70_000);
      expect(slow).toBe(quick);
      if (process.platform !== 'linux') return;
      const full = run(`${entry} list > /dev/full; echo $? >&2`);
      expect(full.stderr.trim().split('\n')).toEqual(['error: cannot write to standard output (ENOSPC)', '2']);
    },
  );
});
