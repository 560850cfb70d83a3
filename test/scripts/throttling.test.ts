import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readThrottling, throttledBetween } from '../../suites/engine/throttling.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-throttling-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file system with these files. */
function rootOf(name: string, files: { readonly [path: string]: string }): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

it('adds up what a group and those around it waited for their quota', () => {
  const v2 = rootOf('v2', {
    'proc/self/cgroup': '0::/a/b\n',
    'sys/fs/cgroup/cpu.stat': 'usage_usec 9\n',
    'sys/fs/cgroup/a/cpu.stat': 'usage_usec 9\nnr_throttled 2\nthrottled_usec 1500000\n',
    'sys/fs/cgroup/a/b/cpu.stat': 'throttled_usec 250000\n',
    'sys/fs/cgroup/other/cpu.stat': 'throttled_usec 99000000\n',
  });
  expect(readThrottling(v2)).toEqual({ heat: null, quota: 1.75 });
  const v1 = rootOf('v1', {
    'proc/self/cgroup': '5:memory:/x\n4:cpu,cpuacct:/x\n0::/\n',
    'sys/fs/cgroup/memory/x/cpu.stat': 'throttled_time 7000000000\n',
    'sys/fs/cgroup/cpu,cpuacct/x/cpu.stat': 'nr_periods 1\nthrottled_time 3000000000\n',
  });
  expect(readThrottling(v1)).toEqual({ heat: null, quota: 3 });
  // A container sees its own group as the root, whatever the path says.
  const container = rootOf('container', {
    'proc/self/cgroup': '0::/docker/0123\n',
    'sys/fs/cgroup/cpu.stat': 'throttled_usec 40000\n',
  });
  expect(readThrottling(container).quota).toBe(0.04);
});

it('tells how often heat slowed the core that it slowed most', () => {
  const counts = (name: string, core: readonly number[]) =>
    rootOf(
      name,
      Object.fromEntries(
        core.flatMap((count, cpu) => [
          [`sys/devices/system/cpu/cpu${cpu}/thermal_throttle/core_throttle_count`, `${count}\n`],
          [`sys/devices/system/cpu/cpu${cpu}/thermal_throttle/package_throttle_count`, '40\n'],
        ]),
      ),
    );
  const [before, after] = [counts('cool', [3, 70]), counts('hot', [8, 72])].map((root) => readThrottling(root));
  expect(throttledBetween(before as never, after as never)).toEqual({ heat: 5, quota: null });
});

it('tells nothing where the system does not', () => {
  const none = readThrottling(rootOf('none', { 'proc/self/status': '' }));
  expect(none).toEqual({ heat: null, quota: null });
  expect(throttledBetween(none, readThrottling())).toEqual({ heat: null, quota: null });
});

it.skipIf(process.platform !== 'linux')('reads this machine', () => {
  const now = readThrottling();
  const later = throttledBetween(now, readThrottling());
  for (const value of Object.values(later)) expect(value ?? 0).toBeGreaterThanOrEqual(0);
});
