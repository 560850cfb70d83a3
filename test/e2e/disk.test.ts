import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Run } from '../../suites/record/record.ts';
import { errorsOf, runCli } from '../scripts/run.ts';
import { mount } from '../torture/world.ts';
import { type Ended, expectWhole, QUERY, readFile, startBench } from './bench.ts';

// Disks that are really full: a small tmpfs, and the kernel's limit of a file's size, which needs no privilege.

const folder = mkdtempSync(join(tmpdir(), 'resnet-disk-'));
const cache = join(folder, 'cache');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a run that cannot write leaves: one line that says what to do, exit code 2, and whole records. */
function expectStopped({ ended, err, paths: [path = ''] }: Ended, code: string): Run {
  const then = `then resume with npm run bench -- --resume ${path}`;
  const line = new RegExp(`^error: cannot write ${path} \\(${code}\\): [a-z ]+, ${then}$`);
  expect(errorsOf(err)).toEqual([expect.stringMatching(line)]);
  expect(ended).toBe(2);
  expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
  const run = readFile(path);
  expect(run.damaged).toEqual([]);
  expect(run.records.length).toBeGreaterThan(0);
  return run;
}

describe.skipIf(process.platform !== 'linux')(
  'a disk that is full (Linux alone has prlimit and tmpfs)',
  {
    timeout: 400_000,
  },
  () => {
    it('in the form of a limit of a file’s size: what was recorded stays, and the run goes on', async () => {
      let kept = '';
      // Children inherit the limit, and ONNX Runtime writes a long log.
      const words = [...QUERY, '--backends', 'null,f64'];
      const stopped = await startBench(join(folder, 'limit'), cache, words, (visit, { pid, paths: [path = ''] }) => {
        if (visit !== 4) return;
        kept = readFileSync(path, 'utf8');
        // The next record takes more, the rest of a visit's records at most.
        execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${statSync(path).size + 1000}`]);
      });
      const before = expectStopped(stopped, 'EFBIG');
      const [path = ''] = stopped.paths;
      expect(readFileSync(path, 'utf8').startsWith(kept)).toBe(true);
      expect((await runCli(['bench', '--resume', path], cache)).code).toBe(0);
      const after = readFile(path);
      expectWhole(after);
      expect(after.records.slice(0, before.records.length)).toEqual(before.records);
    });

    it('in earnest: the same, and reports that cannot be written are one line too', async (context) => {
      const out = mkdtempSync(join(folder, 'full-'));
      const refused = mount('-t', 'tmpfs', '-o', 'size=12k', 'tmpfs', out);
      if (refused !== undefined) context.skip(`no tmpfs can be mounted here: ${refused}`);
      try {
        const stopped = await startBench(out, cache, QUERY, () => {});
        expectStopped(stopped, 'ENOSPC');
        const [path = ''] = stopped.paths;
        mount('-o', 'remount,size=4m', out);
        expect((await runCli(['bench', '--resume', path], cache)).code).toBe(0);
        expectWhole(readFile(path));

        for (const name of readdirSync(out)) if (!name.endsWith('.jsonl')) rmSync(join(out, name));
        mount('-o', `remount,size=${Math.ceil(statSync(path).size / 4096) * 4 + 8}k`, out);
        const { code, err, out: table } = await runCli(['report', path], cache);
        const line = /^error: cannot write \S+\.html \(ENOSPC\): free some space, then npm run report -- \S+\.jsonl$/;
        expect(errorsOf(err)).toEqual([expect.stringMatching(line)]);
        expect([code, table]).toEqual([2, expect.stringContaining('ort-node/cpu')]);
        expect(readdirSync(out).filter((name) => name.endsWith('.html'))).toEqual([]);
        expectWhole(readFile(path));
      } finally {
        execFileSync('umount', [out]);
      }
    });
  },
);
