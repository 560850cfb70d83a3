import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isDead, type Owner, ownerText, parseOwner, thisOwner } from '../../reference/owner.node.ts';

const INITIAL = '4026531836';

/** This process in a system of its own, no container, whatever it runs in. */
const self: Owner = { ...thisOwner(), namespace: INITIAL };
const gone = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('an owner', () => {
  it('is written and read', () => {
    expect(parseOwner(ownerText(self))).toEqual(self);
    for (const text of ['', 'a-b-c', `${ownerText(self)}-1`, `${ownerText(self)}\n`, 'x-y-1-2-3'])
      expect(parseOwner(text)).toBeUndefined();
  });

  it('that runs is not dead, nor is one whose start is not told', () => {
    expect(isDead(self, self)).toBe(false);
    expect(isDead({ ...self, pid: process.ppid, start: '0' }, self)).toBe(false);
  });

  it('whose process is gone is dead', () => expect(isDead({ ...self, pid: gone() }, self)).toBe(true));

  it.skipIf(process.platform !== 'linux')('whose number another process has got is dead', () =>
    expect(isDead({ ...self, start: '1' }, self)).toBe(true),
  );

  it('whose start is told in another time namespace is not proven dead while its number is in use', () =>
    expect(isDead({ ...self, start: '1', time: '4026532500' }, self)).toBe(false));

  it.skipIf(process.platform !== 'linux')('that nobody has waited for, a zombie, is dead', async () => {
    // The shell becomes `sleep`, which never waits for its child.
    const parent = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 20'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', (text) => resolve(`${text}`))));
    await expect.poll(() => isDead({ ...self, pid, start: '0' }, self), { timeout: 5000 }).toBe(true);
    parent.kill();
  });

  it('of another host, container or unknown boot is not proven dead', () => {
    const pid = gone();
    expect(isDead({ ...self, pid, host: 'abc' }, self)).toBe(false);
    expect(isDead({ ...self, pid, namespace: '4026532179' }, self)).toBe(false);
    expect(isDead({ ...self, pid, namespace: '4026532179', boot: 'abc' }, self)).toBe(false);
  });

  it('of an earlier boot of the same system is dead, though its number may be in use', () =>
    expect(isDead({ ...self, boot: 'abc' }, self)).toBe(true));
});
