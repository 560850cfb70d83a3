import { readdirSync, readFileSync } from 'node:fs';
import { resizedTo } from '../reference/datasets/preprocessing.ts';
import { NO_BROWSER } from '../suites/engine/hosts.ts';
import { groupCells } from '../suites/engine/runner.ts';
import { openQuietWorkshop } from '../suites/engine/workshop.ts';
import { readOwnModels, withOwn } from '../suites/plan/own.ts';
import { PROFILES, type Profile } from '../suites/plan/profiles.ts';
import { expand, parseQuery } from '../suites/plan/query.ts';
import { needsImages, SUITES } from '../suites/suites.ts';
import { takeSignals } from './shutdown.ts';

/**
 * One accuracy visit of ort-node/cpu over a folder of images, as a benchmark makes it. Arguments: model, folder, size.
 * Prints as JSON how many images it had, the seconds from the first to the last class, the CPU time of all its
 * processes meanwhile, and the peak resident bytes of this process and of the visit's (Linux only: proc(5)). The mistakes that a
 * visit tries afterwards are left out.
 */
const [model = '', folder = '', size = '224'] = process.argv.slice(2);
const side = Number(size);
/** Milliseconds between two readings of memory. */
const EVERY_MS = 100;
const HOURS = 3600;

/** Peak resident bytes of a process, and its parent; undefined where it is gone. */
function readProcess(pid: string): { readonly parent: number; readonly peak: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(text.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1]);
    // A process that has ended, and was not waited for yet, has no memory.
    const peak = 1024 * field('VmHWM');
    return Number.isNaN(peak) ? undefined : { parent: field('PPid'), peak };
  } catch {
    return undefined;
  }
}

/** CPU time of a process, its threads and its ended children, in milliseconds; a clock tick is 10 ms. */
function cpuOf(pid: string): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return 10 * fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

let child = 0;
let children: string[] = [];
function readChildren(): void {
  children = [];
  for (const pid of process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
    const found = readProcess(pid);
    if (found?.parent !== process.pid) continue;
    child = Math.max(child, found.peak);
    children.push(pid);
  }
}

const { lifetime: life, leave } = takeSignals((line) => console.error(line));
const [quick] = PROFILES;
if (quick === undefined) throw new Error('there is no profile');
const { resize, ...values } = resizedTo(Math.round((side * 256) / 224));
const preprocessing = { ...values, resize: resize && { ...resize, crop: side } };
const profile: Profile = {
  ...withOwn(quick, await readOwnModels([model])),
  ...{ visitSeconds: 2 * HOURS, limitSeconds: 5 * HOURS },
  data: { folder, set: undefined, labels: undefined, preprocessing },
};
/** Id of the suite that classifies images, which is also the phase in which it does. */
const SCORED = SUITES.find(({ id }) => needsImages(id))?.id ?? '';
const groups = groupCells(expand([parseQuery(`${SCORED}:*:fp32:*:*:ort-node/cpu`)], profile));
const [group] = groups;
if (group === undefined) throw new Error('no group');
const workshop = await openQuietWorkshop(groups, profile, NO_BROWSER, life);
const timer = setInterval(readChildren, EVERY_MS);
let [began, ended, images, cpuMs] = [0, 0, 0, 0];
/** CPU time of this process and of its children, living and ended. */
const cpuNow = (): number => {
  readChildren();
  return [`${process.pid}`, ...children].reduce((sum, pid) => sum + cpuOf(pid), 0);
};
const done = new Promise<void>((resolve) => {
  const onPhase = (phase: string) => {
    if (phase === SCORED) {
      began = performance.now();
      cpuMs = -cpuNow();
    } else if (began > 0 && ended === 0) {
      ended = performance.now();
      cpuMs += cpuNow();
      resolve();
    }
  };
  const record = ({ result }: { readonly result: object }) => {
    images = 'available' in result ? Number(result.available) : 0;
  };
  workshop.visit(group, 0, onPhase, { earlier: [], record }).then((outcomes) => {
    if (ended === 0) console.error(JSON.stringify([...outcomes.values()]).slice(0, 1000));
    resolve();
  });
});
await done;
clearInterval(timer);
const parent = readProcess(`${process.pid}`)?.peak ?? 0;
console.log(JSON.stringify({ images, seconds: (ended - began) / 1000, cpuMs, parent, child }));
await life.end();
leave(0);
