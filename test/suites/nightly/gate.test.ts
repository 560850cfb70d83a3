import { describe, expect, it } from 'vitest';
import { judgeNight } from '../../../suites/nightly/judge.ts';
import { isFailing } from '../../../suites/nightly/judged.ts';
import { seriesOf } from '../../../suites/nightly/levels.ts';
import { type Gate, look } from '../../../suites/nightly/look.ts';
import type { Night, NightCell } from '../../../suites/nightly/night.ts';
import { statusChanges } from '../../../suites/nightly/statuses.ts';
import { campaign } from '../../gate/campaign.ts';
import { CELL, cell, IDS, night, nights, same } from './nights.ts';

const GATE: Gate = { threshold: 0.03, accepted: [] };
const slow = (share: number) => (id: string) => (id === CELL ? 1 + share : 1);

/** What the gate says of tonight, with what the runs that repeat it give. */
function judge(history: readonly Night[], tonight: Night, again: readonly Night[], gate = GATE) {
  return judgeNight(
    {
      history,
      tonight,
      look: look(history, seriesOf(history), tonight, gate),
      statuses: statusChanges(history, tonight, gate.accepted),
      compared: { first: [], again: [] },
      again,
    },
    gate,
  );
}

/** Judges nights one after the other; what looks worse is as slow when it is run again. */
function play(history: readonly Night[], tonights: readonly Night[], gate = GATE): Night[] {
  const done = [...history];
  for (const tonight of tonights) done.push({ ...tonight, judged: judge(done, tonight, [tonight, tonight], gate) });
  return done;
}

describe('the gate', () => {
  it('reports a slower cell with its ratio, its night and what changed', () => {
    const packages = 'onnxruntime-node 1.30.0, onnxruntime-web 1.29.0';
    const history = nights(12);
    const parts = { ...history[0]?.parts, packages };
    const tonight = night(13, slow(0.3), { parts });
    const said = judge(history, tonight, [tonight, tonight]);
    expect(said.found).toMatchObject([
      { id: CELL, verdict: 'slower', since: 13, causes: ['onnxruntime-node 1.29.0 → 1.30.0'] },
    ]);
    expect(said.found[0]?.ratio).toBeCloseTo(1.3, 1);
    expect(isFailing(said)).toBe(true);
  });

  it('reports nothing that is as before when it is run again', () => {
    const said = judge(nights(12), night(13, slow(0.3)), [night(13, same), night(13, same)]);
    expect(said.found).toEqual([]);
    expect(said.cleared).toEqual([CELL]);
  });

  it('says so where nothing could be run again', () => {
    expect(judge(nights(12), night(13, slow(0.3)), []).found[0]?.detail).toContain('not run again');
  });

  it('does not judge by fewer than ten nights, nor by those at another place', () => {
    expect(judge(nights(9), night(10, slow(0.3)), [])).toMatchObject({ found: [], few: IDS.length, judged: 0 });
    const elsewhere = night(13, same);
    const moved = { ...elsewhere, cells: { ...elsewhere.cells, [CELL]: cell(99, { place: 'another adapter' }) } };
    expect(judge(nights(12), moved, [])).toMatchObject({ found: [], few: 1, judged: IDS.length - 1 });
  });

  it('reports a cell until it is as before, and then that it is', () => {
    const done = play(nights(12), [night(13, slow(0.3)), night(14, slow(0.3)), night(15, same), night(16, same)]);
    const said = done.slice(12).map(({ judged }) => judged?.found.map(({ verdict, since }) => [verdict, since]));
    expect(said).toEqual([[['slower', 13]], [['slower', 13]], [['mended', 15]], []]);
  });

  it('leaves small changes to the next night', () => {
    const done = play(nights(12), [night(13, slow(0.06)), night(14, slow(0.06))]);
    expect(done[12]?.judged).toMatchObject({ found: [], suspected: [CELL] });
    expect(done[13]?.judged?.found).toMatchObject([{ id: CELL, verdict: 'slower', since: 13 }]);
  });

  it('reports a gain after three nights, and takes it for the level from then on', () => {
    const done = play(
      nights(12),
      [13, 14, 15, 16, 17].map((number) => night(number, slow(-0.3))),
    );
    const said = done.slice(12).map(({ judged }) => judged?.found.map(({ verdict }) => verdict));
    expect(said).toEqual([[], [], ['faster'], [], []]);
    const back = play(done, [night(18, same)]);
    expect(back.at(-1)?.judged?.found).toMatchObject([{ id: CELL, verdict: 'slower' }]);
  });

  it('takes an accepted change for the level', () => {
    const done = play(nights(12), [night(13, slow(0.3)), night(14, slow(0.3))]);
    const accepted = [
      { id: CELL, since: 13, until: 14, status: null, reason: 'known', at: '2026-01-14T05:00:00.000Z' },
    ];
    const gate = { ...GATE, accepted };
    const later = play(done, [night(15, slow(0.3)), night(16, slow(0.7))], gate);
    expect(later[14]?.judged?.found).toEqual([]);
    expect(later[15]?.judged?.found).toMatchObject([{ id: CELL, verdict: 'slower', since: 16 }]);
  });

  it('takes a slow machine off every cell, and says so', () => {
    const tonight = night(13, (id) => 1.25 * slow(0.3)(id));
    const said = judge(nights(12), tonight, [tonight, tonight]);
    expect(said.found.map(({ id }) => id)).toEqual([CELL]);
    expect(said.found[0]?.ratio).toBeCloseTo(1.3, 1);
    expect(said.notices).toEqual([expect.stringMatching(/^the machine was slow tonight: all cells took ×1\.2\d/)]);
  });

  it('takes nothing off where the control did not move', () => {
    const before = nights(12).map((one) => ({ ...one, control: 5 }));
    const tonight = night(13, () => 1.25, { control: 5 });
    const said = judge(before, tonight, [tonight, tonight]);
    expect(said.found).toHaveLength(IDS.length);
    expect(said.notices).toEqual([expect.stringMatching(/that is not the machine/)]);
    const hot = night(13, () => 1.25, { control: 6.2 });
    expect(judge(before, hot, [hot, hot]).found).toEqual([]);
  });

  it('trusts a few cells less where the control moved, and keeps their ratio', () => {
    const few = (one: Night): Night => ({ ...one, cells: { [CELL]: one.cells[CELL] as NightCell } });
    const before = nights(12).map((one) => few({ ...one, control: 5 }));
    const hot = (share: number) => few(night(13, slow(share), { control: 6.2 }));
    expect(judge(before, hot(0.2), [hot(0.2), hot(0.2)]).found).toEqual([]);
    const said = judge(before, hot(1), [hot(1), hot(1)]);
    expect(said.found[0]?.ratio).toBeCloseTo(2, 0);
    expect(said.notices).toEqual([expect.stringMatching(/the control took ×1\.240 of its time, so only larger/)]);
  });
});

describe('a status', () => {
  const with_ = (tonight: Night, status: string): Night => ({
    ...tonight,
    cells: { ...tonight.cells, [CELL]: cell(1, { status, ms: null, reason: 'because' }) },
  });

  it.each([
    ['wrong', 'broken'],
    ['crash', 'broken'],
    ['unsupported', 'lost'],
    ['not run', 'lost'],
  ])('%s is reported the first night as %s', (status, verdict) => {
    const tonight = with_(night(3, same), status);
    const said = judge(nights(2), tonight, [tonight, tonight]);
    expect(said.found).toMatchObject([{ id: CELL, verdict, since: 3, figures: `ok → ${status}` }]);
    expect(isFailing(said)).toBe(true);
  });

  it('that was not there again is unstable', () => {
    const said = judge(nights(2), with_(night(3, same), 'crash'), [night(3, same), night(3, same)]);
    expect(said.found).toMatchObject([
      { verdict: 'unstable', detail: expect.stringContaining('ok and ok when run again') },
    ]);
  });

  it('is lost where the cell is gone, unless another command did not ask for it', () => {
    const { [CELL]: _, ...cells } = night(3, same).cells;
    expect(judge(nights(2), night(3, same, { cells }), []).found).toMatchObject([{ id: CELL, verdict: 'lost' }]);
    expect(judge(nights(2), night(3, same, { cells, command: ['conformance'] }), []).found).toEqual([]);
  });

  it('that was never right is no news', () => {
    const before = nights(3).map((one) => with_(one, 'unsupported'));
    expect(judge(before, with_(night(4, same), 'unsupported'), []).found).toEqual([]);
  });

  it('is reported until it is right or accepted', () => {
    const wrong = [3, 4].map((number) => with_(night(number, same), 'wrong'));
    const done = play(nights(2), [...wrong, night(5, same)]);
    const said = done.slice(2).map(({ judged }) => judged?.found.map(({ verdict, since }) => [verdict, since]));
    expect(said).toEqual([[['broken', 3]], [['broken', 3]], [['mended', 5]]]);
    const accepted = [
      { id: CELL, since: 3, until: 3, status: 'wrong', reason: 'known', at: '2026-01-03T05:00:00.000Z' },
    ];
    expect(judge(done.slice(0, 3), wrong[1] as Night, [], { ...GATE, accepted }).found).toEqual([]);
  });
});

it('keeps its promise on simulated nights', () => {
  const score = campaign({ noise: 0.005, stays: 0, cells: 40, nights: 100, seed: 77 }, 3);
  expect(score.falseNights / score.nights).toBeLessThanOrEqual(0.01);
  // First looks are often wrong: what is run again is what keeps the promise.
  expect(score.firstLooks / score.nights).toBeGreaterThan(0.1);
  expect(score.steps.get(0.1)?.planted).toBe(15);
  expect(score.steps.get(0.1)?.reported).toBeGreaterThanOrEqual(13);
  expect(score.steps.get(0.1)?.dated).toBeGreaterThanOrEqual(13);
}, 60_000);
