import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../suites/engine/run-header.ts';
import { profileOf } from '../../suites/plan/plan.ts';
import { expand, parseQuery } from '../../suites/plan/query.ts';
import type { Header } from '../../suites/record/header.ts';
import { parseRun } from '../../suites/record/record.ts';
import { errorsOf, runCli } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-trust-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cli = (words: readonly string[]) => runCli(words, join(folder, 'cache'));

/** The header of a run of one query on this machine. */
function header(query: string, flags: readonly string[]): Header {
  const profile = { ...profileOf('quick'), rounds: 2, evenRounds: 2, within: undefined };
  const cells = expand([parseQuery(query)], profile);
  const command = [query, '--rounds', '2', ...flags];
  return headerOf({ profile, seed: 0, command, part: undefined }, cells, null, new Date());
}

describe.skipIf(process.platform === 'win32')('a program that a run file names', { timeout: 60_000 }, () => {
  const evil = join(folder, 'it is a browser');
  const marker = join(folder, 'started');
  writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\n`);
  chmodSync(evil, 0o755);
  const query = 'latency:resnet20.seed0:fp32:b1:32:ort-web/wasm';
  const resume = async (name: string, change: Partial<Header>, words: readonly string[]) => {
    const path = join(folder, `${name}.jsonl`);
    const text = `${JSON.stringify({ ...header(query, ['--browser', evil]), ...change })}\n`;
    writeFileSync(path, text);
    const { code, err } = await cli(['bench', '--resume', path, ...words]);
    expect(code).toBe(2);
    expect(errorsOf(err)).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(text);
    return errorsOf(err)[0];
  };

  it.concurrent.each<[string, Partial<Header>, readonly string[], string]>([
    ['another commit', { commit: '0123456789ab' }, ['--browser', evil], 'its commit changed from 0123456789ab to '],
    [
      'another machine',
      { fingerprint: { hash: '', parts: { cpu: 'Z80' } } },
      ['--browser', evil],
      'its cpu was Z80 and is ',
    ],
    ['another plan', { plan: [] }, ['--browser', evil], 'its plan changed'],
    ['the same machine, unless the person names it too', {}, [], `if you trust it, add --browser '${evil}'`],
    [
      'a side of an A-B run, unless the person names it too',
      { command: [query, '--rounds', '2', '--ab', `browser:${evil},browser:/usr/bin/false`] },
      [],
      `if you trust it, add --ab 'browser:${evil},browser:/usr/bin/false'`,
    ],
  ])('is not started on %s', async (name, change, words, message) => {
    expect(await resume(name, change, words)).toContain(message);
    expect(existsSync(marker)).toBe(false);
  });

  it('is started where all agrees and the person names it', async () => {
    expect(await resume('trusted', {}, ['--browser', evil])).toContain(`--browser ${evil}: --version failed`);
    expect(existsSync(marker)).toBe(true);
  });
});

describe('a run file with bytes that are no UTF-8', { timeout: 120_000 }, () => {
  it('goes on, and every record that is added can be read', async () => {
    const path = join(folder, 'bytes.jsonl');
    const first = Buffer.from(`${JSON.stringify(header('latency:resnet20.seed0:fp32:b1:32:null', []))}\n`);
    const before = Buffer.concat([first, Uint8Array.of(0x22, 0xff, 0xfe, 0x22, 0x0a)]);
    writeFileSync(path, before);
    const { code, err } = await cli(['bench', '--resume', path]);
    expect(err).toContain(`${path}:2: it is not UTF-8`);
    expect(code).toBe(0);
    const after = readFileSync(path);
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    const run = parseRun(after, path);
    expect(run.damaged).toHaveLength(1);
    expect(run.resumes).toHaveLength(1);
    expect(run.records.map(({ round }) => round)).toEqual([0, 1]);
    expect(run.end).toBeDefined();
  });

  it('is refused with two runs in it, by every command that reads it', async () => {
    const path = join(folder, 'two.jsonl');
    const line = JSON.stringify(header('latency:resnet20.seed0:fp32:b1:32:null', []));
    writeFileSync(path, `${line}\n${line}\n`);
    const commands = [
      ['report', path],
      ['compare', path, path],
      ['bench', '--resume', path],
    ];
    for (const { code, err } of await Promise.all(commands.map(cli))) {
      expect(errorsOf(err)).toEqual([
        `error: ${path} holds two runs: the second begins at line 2: split the file there`,
      ]);
      expect(code).toBe(2);
    }
  });
});
