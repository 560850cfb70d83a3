import { levelChanges } from '../../suites/nightly/changes.ts';
import { judgeNight } from '../../suites/nightly/judge.ts';
import type { NightJudged } from '../../suites/nightly/judged.ts';
import { seriesOf } from '../../suites/nightly/levels.ts';
import { type Gate, look } from '../../suites/nightly/look.ts';
import type { Night } from '../../suites/nightly/night.ts';
import { REPEATS } from '../../suites/nightly/verdicts.ts';
import { type Nightly, type Planted, STEPS, simulate, type World, withJudged } from './world.ts';

/** The gate's default threshold, with nothing accepted. */
const GATE: Gate = { threshold: 0.03, accepted: [] };

/** Nights that are too few to judge. */
const BURN_IN = 10;
/** A change point counts as found within this many nights of the truth. */
const NEAR = 2;

/** Of all simulated histories of one world. */
export type Score = {
  /** Nights judged, those that reported anything false, and false reports before running again. */
  nights: number;
  falseNights: number;
  firstLooks: number;
  /** Cells that were run again. */
  rerun: number;
  /** By size of step: planted, reported on the first night or the second, and dated within NEAR nights. */
  readonly steps: Map<number, { planted: number; reported: number; dated: number }>;
  /** Change points where nothing was planted, of all cells. */
  spurious: number;
  cells: number;
};

/** Judges a night as `npm run nightly` does: what looks slower is run again, and what still does, once more. */
function judged(history: readonly Night[], tonight: Night, world: Nightly) {
  const first = look(history, seriesOf(history), tonight, GATE);
  const suspects = [...first.slower, ...first.back].map(({ id }) => id);
  const repeats = suspects.length > 0 ? REPEATS : 0;
  const again = Array.from({ length: repeats }, () => world.again(tonight.number, suspects));
  const compared = { first: [], again: [] };
  const said = judgeNight({ history, tonight, look: first, statuses: [], compared, again }, GATE);
  return { suspects, said };
}

/** Whether a report is of a cell that is slower by then. A cell that still is slower is not mended. */
const isTrue = ({ id, verdict }: NightJudged['found'][number], night: number, planted: readonly Planted[]): boolean =>
  verdict === 'slower' && planted.some((one) => one.id === id && one.night <= night);

/** Runs one history through the gate, night by night, and adds to the score. */
function play(world: World, score: Score): void {
  const sequence = simulate(world);
  const { planted } = sequence;
  const history: Night[] = [];
  const reports: { night: number; id: string }[] = [];
  for (let number = 1; number <= world.nights; number++) {
    const tonight = sequence.night(number);
    const { suspects, said } = judged(history, tonight, sequence);
    history.push(withJudged(tonight, said));
    if (number <= BURN_IN) continue;
    score.nights++;
    score.rerun += suspects.length;
    if (said.found.some((one) => !isTrue(one, number, planted))) score.falseNights++;
    if (suspects.some((id) => !planted.some((one) => one.id === id && one.night <= number))) score.firstLooks++;
    for (const { id, verdict } of said.found) if (verdict === 'slower') reports.push({ night: number, id });
  }
  const series = seriesOf(history);
  for (const [id, points] of series) {
    const changes = levelChanges(id, points, history, GATE.threshold);
    const [truth] = planted.filter((one) => one.id === id);
    const near = changes.filter(({ night }) => truth !== undefined && Math.abs(night - truth.night) <= NEAR);
    score.cells++;
    score.spurious += changes.length - near.length;
    const tally = truth && score.steps.get(truth.step);
    if (truth === undefined || tally === undefined) continue;
    tally.planted++;
    if (near.length > 0) tally.dated++;
    if (reports.some((one) => one.id === id && one.night >= truth.night && one.night <= truth.night + 1))
      tally.reported++;
  }
}

/** The score of so many histories of a world, with seeds from the world's on. */
export function campaign(world: World, histories: number): Score {
  const steps = new Map(STEPS.map((step) => [step as number, { planted: 0, reported: 0, dated: 0 }]));
  const score: Score = { nights: 0, falseNights: 0, firstLooks: 0, rerun: 0, steps, spurious: 0, cells: 0 };
  for (let i = 0; i < histories; i++) play({ ...world, seed: world.seed + i }, score);
  return score;
}
