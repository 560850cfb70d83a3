import { percent } from '../../suites/stats/format.ts';
import { wilson } from '../../suites/stats/quantiles.ts';
import { campaign, type Score } from './campaign.ts';
import { STEPS } from './world.ts';

/**
 * `npm run gate -- [histories] [stays] [seed]`: how often the gate of `npm run nightly` is wrong, and what it finds, on
 * simulated histories of 100 nights and 100 cells: heavy tails, slow nights, drift. Prints a table for four sizes of
 * noise. `stays` is the share of the noise's variance that stays when a cell is run again at once; 0 is fresh noise.
 */
const [histories = 20, stays = 0, seed = 1] = process.argv.slice(2).map(Number);

const NOISES = [0.005, 0.01, 0.02, 0.04];

const share = (k: number, n: number): string =>
  `${percent(k / n)} (${wilson(k, n)
    .map((end) => (100 * end).toFixed(1))
    .join('–')})`;

const cells = ({ nights, falseNights, firstLooks, rerun, steps, spurious, cells: all }: Score): string[] => [
  share(falseNights, nights),
  percent(firstLooks / nights),
  (rerun / nights).toFixed(2),
  ...STEPS.flatMap((step) => {
    const { planted, reported, dated } = steps.get(step) ?? { planted: 0, reported: 0, dated: 0 };
    return [share(reported, planted), share(dated, planted)];
  }),
  ((100 * spurious) / all).toFixed(2),
];

const HEAD = [
  'noise',
  'false nights %',
  'before rerun %',
  'reruns a night',
  ...STEPS.flatMap((step) => [`+${100 * step} % reported %`, `+${100 * step} % dated %`]),
  'spurious change points in 100 cells',
];

const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
console.log(line(HEAD));
console.log(line(HEAD.map(() => '---')));
for (const noise of NOISES)
  console.log(
    line([`${100 * noise} %`, ...cells(campaign({ noise, stays, cells: 100, nights: 100, seed }, histories))]),
  );
