import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Chance, FAULTS, type Fault, pick } from './faults.ts';
import { readableRun, violationsAfter, violationsOf } from './invariants.ts';
import { living, mount, type Running, sleep, start, type World, worldIn } from './world.ts';

/** What one sequence does, chosen at random: the same for the same seed. */
export type Plan = {
  readonly words: readonly string[];
  readonly browser: boolean;
  /** Whether the cache is empty at first, and folders are small disks of their own. */
  readonly cold: boolean;
  readonly disks: boolean;
  readonly twins: boolean;
  readonly faults: readonly { readonly fault: Fault; readonly at: number }[];
};

const NODE = ['null', 'f64', 'ort-node/cpu'];
const PAGES = ['ort-web/wasm', 'tfjs/webgl', 'tfjs/wasm'];
const SUITES = ['conformance', 'latency', 'memory', 'startup', 'leak', 'compliance'];

/** Seconds after which a fault may come: preparing, opening and measuring fall into them. */
const LATEST = 6;

export function planOf(chance: Chance, withBrowser: boolean): Plan {
  const browser = withBrowser && chance() < 0.35;
  const backends = [...NODE, ...(browser ? [pick(chance, PAGES)] : [])];
  const suites = [...new Set([pick(chance, SUITES), pick(chance, SUITES), 'conformance'])];
  const count = 1 + Math.floor(chance() * 2);
  return {
    words: [`${suites.join(',')}:resnet20.seed0,resnet8.seed0:fp32:b1:32:${backends.join(',')}`],
    browser,
    cold: chance() < 0.3,
    disks: chance() < 0.5,
    twins: chance() < 0.2,
    faults: Array.from({ length: count }, () => ({ fault: pick(chance, FAULTS), at: 1000 * LATEST * chance() })),
  };
}

export const planText = ({ words, cold, twins, faults }: Plan): string =>
  [
    ...faults.map(({ fault, at }) => `${fault.name} after ${(at / 1000).toFixed(1)} s`),
    ...(cold ? ['empty cache'] : []),
    ...(twins ? ['two runs at once'] : []),
    words.join(' '),
  ].join('; ');

/** Time limit in milliseconds for any of these runs, on a busy machine. */
const LONGEST = 240_000;

/** How a run ended; undefined where it did not, and was killed. */
async function endOf(run: Running): Promise<Awaited<Running['ended']> | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, LONGEST, undefined);
  });
  const ended = await Promise.race([run.ended, late]);
  clearTimeout(timer);
  if (ended === undefined) run.child.kill('SIGKILL');
  return ended;
}

function mountDisks(world: World): string[] {
  return Object.values(world).filter((folder) => mount('-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder) === undefined);
}

/** Files of a person and of another run in the folder of reports: nothing may touch them. */
function putForeign({ out }: World): ReadonlyMap<string, string> {
  mkdirSync(join(out, 'theirs'), { recursive: true });
  const files = new Map(
    ['notes.txt', 'theirs/bench-2020-01-01T00-00-00.jsonl'].map((name) => [join(out, name), `of ${name}`]),
  );
  for (const [path, text] of files) writeFileSync(path, text);
  return files;
}

/** Violations, one line each, and the faults that hit the run. */
export type Outcome = { readonly found: readonly string[]; readonly acted: readonly string[] };

/**
 * Runs a bench under the plan's faults, checks the invariants, resumes an interrupted run, and checks again. `warm` is
 * a cache that was filled before.
 */
export async function runSequence(folder: string, plan: Plan, chance: Chance, warm: string): Promise<Outcome> {
  const world = worldIn(folder);
  mkdirSync(world.out, { recursive: true });
  const mounted = plan.disks ? mountDisks(world) : [];
  try {
    if (!plan.cold) execFileSync('cp', ['-r', `${warm}/.`, world.cache]);
    const foreign = putForeign(world);
    const words = ['bench', ...plan.words, '--rounds', '3', '--samples', '3', '--budget', '600', '--out', world.out];
    const runs = Array.from({ length: plan.twins ? 2 : 1 }, () => start(words, world, {}));
    const [run] = runs as [Running];
    const acted: string[] = [];
    const acting = plan.faults.map(async ({ fault, at }) => {
      await sleep(at);
      if (run.child.exitCode !== null || run.child.signalCode !== null) return;
      acted.push(fault.name);
      await fault.act(run, world, chance);
    });
    const ends = await Promise.all(runs.map(endOf));
    await Promise.all(acting);
    const found = ends.flatMap((end, i) => violationsOf(end, plan, i === 0));
    found.push(...(await violationsAfter(world, plan, ends, foreign)));
    // An interrupted run is resumed without faults, whatever came before.
    for (const name of readdirSync(world.out).filter((one) => one.endsWith('.jsonl'))) {
      const path = join(world.out, name);
      const before = readableRun(path);
      if (before === undefined) continue;
      const text = readFileSync(path, 'utf8').slice(0, before.whole);
      const again = await endOf(start(['bench', '--resume', path], world, {}));
      if (again === undefined) found.push(`--resume of ${name} did not end`);
      // A browser that could not start then may start now: that is another machine.
      else if (/its browser was none and is/.test(again.err)) continue;
      else if (![0, 1].includes(Number(again.code)) || again.code === null)
        found.push(`--resume of ${name} exits with ${again.code}: ${again.err.slice(-600)}`);
      else if (!readFileSync(path, 'utf8').startsWith(text)) found.push(`--resume lost what ${name} held`);
      else found.push(...resumedViolations(path));
      found.push(...(await violationsAfter(world, { ...plan, faults: [] }, [again], foreign)));
    }
    return { found, acted };
  } finally {
    for (const { pid } of living(world)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {}
    }
    await sleep(200);
    for (const folder of mounted) execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A resumed run is complete: no record twice, none missing, and its reports exist. */
function resumedViolations(path: string): string[] {
  const run = readableRun(path)?.run;
  if (run === undefined) return [`${path} cannot be read after --resume`];
  const places = run.records.map(({ id, round }) => `${id} ${round}`);
  const recorded = new Set(run.records.map(({ id }) => id));
  return [
    ...(run.damaged.length > 0 ? [`after --resume it has damaged lines: ${run.damaged[0]}`] : []),
    ...(new Set(places).size < places.length ? ['after --resume it has a record twice'] : []),
    ...run.header.plan.filter((id) => !recorded.has(id)).map((id) => `after --resume ${id} has no record`),
    ...['.html', '.csv'].flatMap((end) =>
      existsSync(path.replace(/\.jsonl$/, end)) ? [] : [`after --resume there is no ${end}`],
    ),
  ];
}
