import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { count, positive, whole } from '../../scripts/options.ts';
import { torture } from './campaign.ts';

/**
 * `npm run torture -- --minutes N [--seed S] [--sequence K]`: benches under random faults, each followed by `--resume`
 * and by a check of the invariants. The same seed and number repeat a sequence.
 */
type Flags = { minutes: number; seed: number; sequence?: number; sequences?: number };

const program = new Command('torture')
  .option('--minutes <count>', 'how long new sequences begin', positive, 10)
  .option('--sequences <count>', 'at most so many of them', count)
  .option('--seed <number>', 'decides what happens', whole, 0)
  .option('--sequence <number>', 'repeats one of them alone', whole)
  .parse();
const flags = program.opts<Flags>();
const folder = mkdtempSync(join(tmpdir(), 'resnet-torture-'));
try {
  const { sequence: only, minutes, seed, sequences = Number.POSITIVE_INFINITY } = flags;
  const range = only === undefined ? { from: 0, to: sequences } : { from: only, to: only + 1 };
  const { done, violations } = await torture(folder, { seed, minutes, ...range }, console.log);
  console.log(`${done} sequences, ${violations} of them with violations`);
  process.exitCode = violations > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
