import { Command } from 'commander';
import { BACKENDS, findBackend } from '../suites/backends/backends.ts';
import type { BackendRow } from '../suites/contract/backend.ts';
import { isClean } from '../suites/fuzz/campaign.ts';
import { fuzz } from '../suites/fuzz/fuzz.ts';
import { fuzzedText } from '../suites/fuzz/text.ts';
import { count, more, positive, whole } from './options.ts';
import { print, say, sayError, survivePipes } from './output.ts';
import { takeSignals } from './shutdown.ts';

/**
 * `npm run fuzz -- --backends LIST --seconds N --seed S`: random small networks on backends. What fails is shrunk, and
 * a bundle is written of each defect. The exit code is 1 where no known defect explains one.
 */
type Flags = {
  backends: string[];
  seconds: number;
  networks: number;
  seed: number;
  browser?: string;
  out: string;
};

/** Backends that run files: what can be fuzzed. */
const CAN = BACKENDS.filter(({ format }) => format !== undefined);

function rowOf(id: string): BackendRow {
  const row = findBackend(id);
  if (row?.format === undefined) throw new Error(`'${id}' is none of ${CAN.map((one) => one.id).join(', ')}`);
  return row;
}

survivePipes();
const { lifetime, leave } = takeSignals(say);
const flags = new Command('fuzz')
  .description('run random small networks on backends, and shrink what fails')
  .option('--backends <list>', 'ids of backends, with commas between them', more, [])
  .option('--seconds <number>', 'how long in all; the backends share it', positive, 60)
  .option('--networks <count>', 'how many for each backend at most', count, 999_999_999)
  .option('--seed <number>', 'decides the networks', whole, 1)
  .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
  .option('--out <folder>', 'where bundles go', 'reports/out/fuzz')
  .parse()
  .opts<Flags>();
try {
  const ids = flags.backends.length > 0 ? flags.backends : ['ort-node/cpu'];
  const { seconds, networks: most, seed, browser, out } = flags;
  const fuzzed = await fuzz({ rows: ids.map(rowOf), seconds, most, seed, browser, out, lifetime, log: say });
  print(fuzzedText(fuzzed));
  const clean = fuzzed.every((one) => 'report' in one && isClean(one.report));
  await leave(clean ? 0 : 1);
} catch (error) {
  sayError((error as Error).message);
  await leave(2);
}
