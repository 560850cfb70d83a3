import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The pid namespace outside of containers (linux/proc_ns.h, PROC_PID_INIT_INO). */
const INITIAL_NAMESPACE = '4026531836';

/**
 * Identifies the process that made a file, so that another run can prove that it is dead. '0' means that the system
 * does not report the value.
 */
export type Owner = {
  /** Hash of the host's name and machine id. */
  readonly host: string;
  /** Hash of the boot's id. */
  readonly boot: string;
  /** Number of the pid namespace. Process ids are meaningless outside of it. */
  readonly namespace: string;
  /** Number of the time namespace, which shifts the reported start time. */
  readonly time: string;
  readonly pid: number;
  /** When the process started, in clock ticks since boot, since process ids are reused. */
  readonly start: string;
};

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

const hashOf = (text: string): string =>
  text === '' ? '0' : createHash('sha256').update(text).digest('hex').slice(0, 12);

function namespace(kind: 'pid' | 'time'): string {
  try {
    return readlinkSync(`/proc/self/ns/${kind}`).match(/\d+/)?.[0] ?? '0';
  } catch {
    return '0';
  }
}

/** State and start time of a process, from Linux's /proc/PID/stat (proc(5)); undefined on other systems. */
function stat(pid: number): { state: string; start: string } | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  // The command's name, in brackets, may contain any characters.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const start = fields[18];
  return state === undefined || start === undefined ? undefined : { state, start };
}

let here: Owner | undefined;

/** This process. */
export function thisOwner(): Owner {
  here ??= {
    host: hashOf(`${hostname()} ${textOf('/etc/machine-id')}`),
    boot: hashOf(textOf('/proc/sys/kernel/random/boot_id')),
    namespace: namespace('pid'),
    time: namespace('time'),
    pid: process.pid,
    start: stat(process.pid)?.start ?? '0',
  };
  return here;
}

/** `host-boot-namespace-time-pid-start`, as part of a file's name or as its content. */
export const ownerText = ({ host, boot, namespace, time, pid, start }: Owner): string =>
  [host, boot, namespace, time, pid, start].join('-');

/** Pattern of such a text. */
export const OWNER = /[0-9a-f]+-[0-9a-f]+-\d+-\d+-\d+-\d+/;

/** Parses an owner; undefined where the text is not one. */
export function parseOwner(text: string): Owner | undefined {
  if (!new RegExp(`^${OWNER.source}$`).test(text)) return undefined;
  const [host = '', boot = '', namespace = '', time = '', pid = '', start = ''] = text.split('-');
  return { host, boot, namespace, time, pid: Number(pid), start };
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Whether a process is proven to have ended. False where it may still run: on another host or in another container,
 * whose processes `self` cannot see, and where the system does not report enough.
 */
export function isDead(owner: Owner, self: Owner): boolean {
  if (owner.host !== self.host) return false;
  // Containers on two hosts may share a name and a machine id, so a new boot is proof only outside of containers.
  if (owner.boot !== self.boot) return owner.namespace === INITIAL_NAMESPACE && self.namespace === INITIAL_NAMESPACE;
  if (owner.namespace !== self.namespace) return false;
  if (!exists(owner.pid)) return true;
  const now = stat(owner.pid);
  const another = owner.start !== '0' && owner.time === self.time && now?.start !== owner.start;
  return now !== undefined && (now.state === 'Z' || another);
}
