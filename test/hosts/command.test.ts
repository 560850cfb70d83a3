import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisMachine } from '../../suites/hosts/provision/machine.ts';
import { provisionOn } from '../../suites/hosts/provision/provision.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a fake browser: a shell script. */
function stub(script: string): string {
  const path = join(folder, 'browser');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Whether a process runs; false for a zombie. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('a browser that does anything but tell its version', () => {
  const take = async (script: string) => {
    const path = stub(script);
    const started = performance.now();
    const reason = await provisionOn(
      { ...thisMachine(), launch: async () => ({ version: '1.2.3.4', vulkan: false }) },
      { path, log: () => {}, install: false },
    ).then(
      ({ found }) => `found: ${found}`,
      (error: Error) => error.message,
    );
    return { reason, seconds: (performance.now() - started) / 1000 };
  };

  it.each([
    ['3 MB of one line', "head -c 3000000 /dev/zero | tr '\\0' 'a'"],
    ['3 MB of blanks', "printf a; head -c 3000000 /dev/zero | tr '\\0' ' '; echo x"],
    ['3 MB of blank lines', "head -c 3000000 /dev/zero | tr '\\0' '\\n'"],
    ['3 MB of lines', 'yes a | head -c 3000000'],
    ['lines without end', 'yes a'],
  ])('is refused after %s within 5 s, in one short line', async (_, script) => {
    const { reason, seconds } = await take(script);
    expect(reason).toContain('--version failed: ');
    expect(reason.length).toBeLessThan(500);
    expect(seconds).toBeLessThan(5);
  });

  it('is not waited for where a process that it left behind keeps its output open, and that process ends', async () => {
    const { reason, seconds } = await take(`sleep 60 & echo $! > ${join(folder, 'pid')}; echo Chromium 1.2.3`);
    expect(reason).toBe('found: true');
    expect(seconds).toBeLessThan(5);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('is given up in time where it sleeps behind a shell that waits for it, and that process ends', async () => {
    const script = stub(`sleep 60 & echo $! > ${join(folder, 'pid')}; wait`);
    const started = performance.now();
    const { ok, stderr } = await thisMachine().run(script, [], 0.5, {});
    expect([ok, stderr]).toEqual([false, 'gave up after 0.5 s']);
    expect(performance.now() - started).toBeLessThan(5000);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('tells nothing that acts on a terminal', async () => {
    const { reason } = await take("printf 'no \\033[31m\\302\\233 \\342\\200\\256version'; exit 1");
    expect(reason).toMatch(/--version failed: no +\[31m +version; give/);
    expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
