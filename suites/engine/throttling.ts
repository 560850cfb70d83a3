import { dirname, join } from 'node:path';
import type { End } from '../record/header.ts';
import { entries, textOf } from './environment.ts';

/** Throttling counters since boot, or since the control group began; null where the system does not report them. */
export type Throttling = {
  /** Number of thermal throttling events of each core and each core's package. */
  readonly heat: readonly number[] | null;
  /** Seconds that processes of this control group, or of a parent group, waited for their CPU quota. */
  readonly quota: number | null;
};

/** Counters of Intel's processors (Linux, Documentation/ABI/testing/sysfs-devices-system-cpu, `thermal_throttle`). */
function heatOf(root: string): number[] | null {
  const cpus = join(root, 'sys/devices/system/cpu');
  const counts = entries(cpus)
    .filter((name) => /^cpu\d+$/.test(name))
    .flatMap((cpu) =>
      ['core', 'package'].flatMap((part) => {
        const text = textOf(join(cpus, cpu, 'thermal_throttle', `${part}_throttle_count`));
        return text === null ? [] : [Number(text)];
      }),
    );
  return counts.length > 0 ? counts : null;
}

/** A group's folder and its parent folders. */
const around = (path: string): string[] => (path === dirname(path) ? [path] : [path, ...around(dirname(path))]);

/**
 * Seconds in `cpu.stat` of this process's control group and its parents: `throttled_usec` (Linux,
 * Documentation/admin-guide/cgroup-v2), or `throttled_time` in nanoseconds (Documentation/scheduler/sched-bwc).
 */
function quotaOf(root: string): number | null {
  const groups = (textOf(join(root, 'proc/self/cgroup')) ?? '').split('\n').flatMap((line) => {
    const [, controllers = '', path = '/'] = line.match(/^\d+:([^:]*):(\/.*)$/) ?? [];
    if (line !== '' && controllers === '') return [{ folder: 'sys/fs/cgroup', path }];
    return controllers.split(',').includes('cpu') ? [{ folder: `sys/fs/cgroup/${controllers}`, path }] : [];
  });
  // In a container the path may be the host's: then the file is at the root.
  const files = new Set(groups.flatMap(({ folder, path }) => around(path).map((one) => join(root, folder, one))));
  const seconds = [...files].flatMap((folder) => {
    const text = textOf(join(folder, 'cpu.stat')) ?? '';
    const [, usec, nsec] = text.match(/^throttled_usec (\d+)$|^throttled_time (\d+)$/m) ?? [];
    if (usec !== undefined) return [Number(usec) / 1e6];
    return nsec === undefined ? [] : [Number(nsec) / 1e9];
  });
  return seconds.length > 0 ? seconds.reduce((sum, one) => sum + one, 0) : null;
}

/** Reads the counters. `root` is the root of the file system. */
export const readThrottling = (root = '/'): Throttling => ({ heat: heatOf(root), quota: quotaOf(root) });

/**
 * Throttling between two readings: the largest number of thermal events of one core, and the seconds of waiting for
 * quota.
 */
export function throttledBetween(before: Throttling, now: Throttling): End['throttled'] {
  const heat =
    before.heat === null || now.heat === null
      ? null
      : Math.max(...now.heat.map((count, i) => count - (before.heat?.[i] ?? count)));
  const quota = before.quota === null || now.quota === null ? null : now.quota - before.quota;
  return { heat, quota };
}
