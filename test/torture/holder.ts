import { tmpdir } from 'node:os';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { openScratch, sweepScratch } from '../../suites/hosts/scratch.ts';

/** Opens a temporary folder and holds it until it is killed, or sweeps those of dead runs, as `hold` or `sweep` say. */
if (process.argv[2] === 'hold') {
  console.log(openScratch(lifetime()));
  setInterval(() => {}, 1000);
} else console.log(sweepScratch(tmpdir()));
