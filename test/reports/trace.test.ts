import { describe, expect, it } from 'vitest';
import { renderTrace } from '../../reports/trace/trace.ts';
import { visitClock } from '../../suites/engine/visit-clock.ts';
import type { Record, Run } from '../../suites/record/record.ts';
import type { VisitTimes } from '../../suites/record/visit-times.ts';
import { emptyRun, HOSTILE, syntheticRun } from './fixture.ts';
import { LATENCY, PLACED, started } from './results.ts';

type Event = {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args: { readonly [name: string]: string | number };
};

const START = '2026-01-02T03:04:05.000Z';
const at = (ms: number) => new Date(Date.parse(START) + ms).toISOString();
const cell = (suite: string, backend: string) => `${suite}:resnet18.live0:fp32:b1:224:${backend}`;

/** A visit's latency and start-up, recorded after `ms`; with its times in the first record where they are known. */
function visit(backend: string, ms: number, round: number, times: VisitTimes | undefined): Record[] {
  const results = [{ ...LATENCY, samples: [10, 20] }, started({ module: 5, session: 30, first: 40, second: 10 })];
  return results.map((result, i) => ({
    ...{ kind: 'record', id: cell(result.suite, backend), round, at: at(ms + i) },
    ...(i === 0 && times ? { visit: times } : {}),
    outcome: { status: 'ok', placement: PLACED, result },
  }));
}

const TIMES: VisitTimes = {
  began: at(1000),
  ms: 300,
  phases: [
    ['baseline', 50],
    ['open', 60],
    ['opened', 100],
    ['first', 110],
    ['second', 160],
    ['latency', 180],
    ['closed', 260],
  ],
};

function runOf(records: readonly Record[]): Run {
  const { header, ...rest } = emptyRun();
  const plan = [...new Set(records.map(({ id }) => id))];
  return { ...rest, header: { ...header, started: START, plan }, records };
}
const eventsOf = (run: Run): Event[] => JSON.parse(renderTrace(run)).traceEvents;
const slices = (events: readonly Event[], name: string) =>
  events.filter((one) => one.ph === 'X' && one.name === name).map(({ ts = 0, dur = 0 }) => [ts, ts + dur]);

/** What breaks the format, or the rule that slices of a track nest. */
function faults(events: readonly Event[]): string[] {
  const open = new Map<string, number[]>();
  const isTime = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  return events.flatMap((one): string[] => {
    const { ph, name, pid, tid, ts = -1, dur = -1 } = one;
    if (typeof name !== 'string' || !isTime(pid) || !isTime(tid)) return [`no name or place: ${JSON.stringify(one)}`];
    if (ph === 'M') return typeof (one.args.name ?? one.args.sort_index) === 'undefined' ? [`no name: ${name}`] : [];
    if (!isTime(ts)) return [`no time: ${JSON.stringify(one)}`];
    if (ph === 'C') return Object.values(one.args).every(Number.isFinite) ? [] : [`no number: ${name}`];
    if (ph === 'i') return [];
    if (ph !== 'X' || !isTime(dur)) return [`neither a slice nor known: ${JSON.stringify(one)}`];
    const track = `${pid} ${tid}`;
    const ends = (open.get(track) ?? []).filter((end) => end > ts || (dur === 0 && end === ts));
    open.set(track, [...ends, ts + dur]);
    const above = ends.at(-1);
    return above !== undefined && ts + dur > above ? [`not inside of the slice before it: ${name}`] : [];
  });
}

describe('a trace', () => {
  it('has each visit, its phases and its calls, with the times that were recorded', () => {
    const events = eventsOf(runOf(visit('ort-node/cpu', 1300, 0, TIMES)));
    expect(faults(events)).toEqual([]);
    expect(slices(events, 'resnet18.live0 · 224×224, round 1')).toEqual([[1_000_000, 1_300_000]]);
    expect(slices(events, 'start')).toEqual([[1_000_000, 1_050_000]]);
    expect(slices(events, 'latency')).toEqual([[1_180_000, 1_260_000]]);
    // Calls in order, up to the end of their phase.
    expect(slices(events, 'call')).toEqual([
      [1_230_000, 1_240_000],
      [1_240_000, 1_260_000],
    ]);
    expect(slices(events, 'open the session')).toEqual([[1_070_000, 1_100_000]]);
    const call = events.find(({ name }) => name === 'call');
    expect(call?.args).toMatchObject({ ms: 10, begin: expect.stringContaining('not recorded') });
  });

  it('keeps calls inside of a phase that another clock says is shorter, with their own time', () => {
    const phases: VisitTimes['phases'] = [
      ['latency', 100],
      ['closed', 115],
    ];
    const events = eventsOf(runOf(visit('ort-node/cpu', 1300, 0, { ...TIMES, phases })));
    expect(faults(events)).toEqual([]);
    expect(slices(events, 'call')).toEqual([
      [1_100_000, 1_105_000],
      [1_105_000, 1_115_000],
    ]);
    expect(events.find(({ name }) => name === 'call')?.args).toMatchObject({
      ms: 10,
      drawn: expect.stringContaining('shortened'),
    });
  });

  it('draws of a visit without times only what was timed, up to its record, and says so', () => {
    const run = runOf(visit('ort-web/wasm', 5000, 2, undefined));
    const events = eventsOf(run);
    expect(faults(events)).toEqual([]);
    // 5 + 30 + 40 + 10 + 10 + 20 ms before the last record.
    expect(slices(events, 'resnet18.live0 · 224×224, round 3 (timed parts)')).toEqual([[4_886_000, 5_001_000]]);
    expect(events.filter(({ cat }) => cat === 'phase')).toEqual([]);
    expect(JSON.parse(renderTrace(run)).otherData.note).toContain('begins of 1 visits were not recorded');
  });

  it('has a process for each backend, and a track for each of visits at the same time', () => {
    const later = { ...TIMES, began: at(1100) };
    const events = eventsOf(
      runOf([...visit('ort-node/cpu', 1300, 0, TIMES), ...visit('ort-node/cpu', 1400, 1, later)]),
    );
    expect(faults(events)).toEqual([]);
    const tracks = events.filter(({ cat }) => cat === 'visit').map(({ pid, tid }) => [pid, tid]);
    expect(tracks).toEqual([
      [2, 1],
      [2, 2],
    ]);
    const names = events.filter(({ name }) => name === 'process_name').map(({ args }) => args.name);
    expect(names).toEqual(['run', 'ort-node/cpu']);
  });

  it('holds its format for every kind of outcome and every suite, and text that would act on a viewer stays text', () => {
    const run = syntheticRun();
    const text = renderTrace(run);
    expect(faults(JSON.parse(text).traceEvents)).toEqual([]);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  });
});

describe('the clock of visits', () => {
  it('stamps the first record after a visit, and none where nothing ran', () => {
    let now = 0;
    const clock = visitClock(
      () => now,
      () => new Date(at(now)),
    );
    const [first, second] = visit('ort-node/cpu', 0, 0, undefined) as [Record, Record];
    clock.begin();
    now = 12.34;
    clock.phase('baseline');
    now = 20;
    clock.end();
    expect(clock.stamp(first).visit).toEqual({ began: at(0), ms: 20, phases: [['baseline', 12.3]] });
    expect(clock.stamp(second)).toBe(second);
    clock.begin();
    clock.end();
    expect(clock.stamp(first)).toBe(first);
  });
});
