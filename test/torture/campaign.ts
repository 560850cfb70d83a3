import { join } from 'node:path';
import { hashName, random } from '../../reference/random.ts';
import { provisionBrowser } from '../../suites/hosts/provision/provision.ts';
import { planOf, planText, runSequence } from './sequence.ts';
import { start, worldIn } from './world.ts';

export type Campaign = {
  readonly seed: number;
  /** The time after which no sequence begins. */
  readonly minutes: number;
  /** Numbers of the sequences; the last one is excluded. */
  readonly from: number;
  readonly to: number;
};

/** Runs sequences of faults in a folder and tells of each; returns how many there were, and how many broke anything. */
export async function torture(
  folder: string,
  { seed, minutes, from, to }: Campaign,
  log: (line: string) => void,
): Promise<{ done: number; violations: number }> {
  const end = Date.now() + minutes * 60_000;
  const browser = await provisionBrowser({ log, install: false });
  // Filled once: most sequences begin with a copy of it.
  const warm = worldIn(join(folder, 'warm'));
  const words = ['conformance:resnet20.seed0,resnet8.seed0:fp32:b1:32:ort-node/cpu', '--rounds', '1'];
  const { code, err } = await start(['bench', ...words, '--out', warm.out], warm, {}).ended;
  if (code !== 0) throw new Error(`a bench without a fault exits with ${code}: ${err}`);
  let [done, violations] = [0, 0];
  const seen = new Map<string, number>();
  for (let number = from; number < to && Date.now() < end; number++) {
    const chance = random(hashName(`torture ${seed} ${number}`));
    const plan = planOf(chance, browser.found);
    const began = Date.now();
    const { found, acted } = await runSequence(join(folder, `${number}`), plan, chance, warm.cache);
    done++;
    if (found.length > 0) violations++;
    for (const name of acted) seen.set(name, (seen.get(name) ?? 0) + 1);
    log(
      `${number}: ${found.length === 0 ? 'held' : 'BROKEN'} in ${Math.round((Date.now() - began) / 1000)} s: ${planText(plan)}`,
    );
    for (const line of found) log(`    ${line}`);
  }
  for (const [name, times] of [...seen].sort(([, a], [, b]) => b - a)) log(`${`${times}`.padStart(4)} × ${name}`);
  return { done, violations };
}
