import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { accept } from '../../../suites/nightly/accept.ts';
import { alarmsOf } from '../../../suites/nightly/alarms.ts';
import { calendarNotices } from '../../../suites/nightly/calendar.ts';
import { addToNight, appendRun, ENDINGS, openHistoryFolder } from '../../../suites/nightly/folder.ts';
import { readHistory, retain, writeIndex } from '../../../suites/nightly/history.ts';
import { reportOf } from '../../../suites/nightly/report.ts';
import { ID, latency, runOf } from '../../reports/runs.ts';
import { CELL, JUDGED, night, same } from './nights.ts';

const root = mkdtempSync(join(tmpdir(), 'resnet-history-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function folder(): string {
  const path = join(root, `${count++}`);
  openHistoryFolder(path);
  return path;
}

/** A run file of a night. */
function bytesOf(started: string, more: object = {}): Buffer {
  const run = runOf({ [ID]: latency(10) }, { started, ...more });
  const at = new Date(Date.parse(started) + 600_000).toISOString();
  return Buffer.from(
    `${[run.header, ...run.records, { ...run.end, at }].map((line) => JSON.stringify(line)).join('\n')}\n`,
  );
}
const day = (number: number) => `2026-02-${String(number).padStart(2, '0')}T02:00:00.000Z`;
const append = (path: string, number: number, more: object = {}) =>
  appendRun(path, bytesOf(day(number), more), 'again');

describe('a history', () => {
  it('holds a night a file, with what the gate needs', () => {
    const path = folder();
    expect([1, 2, 3].map((number) => append(path, number))).toEqual([1, 2, 3]);
    expect(readdirSync(path)).toEqual(['night-000001.jsonl', 'night-000002.jsonl', 'night-000003.jsonl']);
    const { nights, notices } = readHistory(path);
    expect(notices).toEqual([]);
    expect(nights.map(({ number, started }) => [number, started])).toEqual([1, 2, 3].map((one) => [one, day(one)]));
    expect(nights[0]?.cells[ID]).toMatchObject({ status: 'ok', place: 'cpu' });
    expect(nights[0]?.cells[ID]?.ms).toBeCloseTo(10, 0);
  });

  it('reads the same with its index, without it, and with one that is damaged or outdated', () => {
    const path = folder();
    append(path, 1);
    const { nights } = readHistory(path);
    writeIndex(path, nights);
    expect(readHistory(path).nights).toEqual(nights);
    for (const text of ['{"schema":99,"nights":[]}', '{"schema":1,"nig', '']) {
      writeFileSync(join(path, 'index.json'), text);
      expect(readHistory(path)).toMatchObject({ nights, notices: [] });
    }
    writeIndex(path, nights);
    append(path, 2);
    expect(readHistory(path).nights).toHaveLength(2);
    // A line whose files are others is made again.
    writeIndex(path, [{ ...(nights[0] as (typeof nights)[number]), files: { 'night-000001.jsonl': 1 }, cells: {} }]);
    expect(readHistory(path).nights[0]).toEqual(nights[0]);
  });

  it('overwrites nothing', () => {
    const path = folder();
    append(path, 1);
    const before = readFileSync(join(path, 'night-000001.jsonl'));
    addToNight(path, 1, ENDINGS.judged, JSON.stringify(JUDGED));
    expect(() => addToNight(path, 1, ENDINGS.judged, '{}')).toThrow(/cannot write .*judged\.json .*exists/);
    expect(() => addToNight(path, 1, ENDINGS.run, '{}')).toThrow(/exists/);
    expect(append(path, 2)).toBe(2);
    expect(readFileSync(join(path, 'night-000001.jsonl'))).toEqual(before);
    expect(readHistory(path).nights[0]?.judged).toEqual(JUDGED);
    expect(readdirSync(path).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('takes the runs of several writers at once', async () => {
    const path = folder();
    const file = join(root, 'writer.jsonl');
    writeFileSync(file, bytesOf(day(1)));
    const writer = join(import.meta.dirname, 'writer.ts');
    const ended = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve) =>
            fork(writer, [path, file, '10'], { execArgv: ['--import', 'tsx'] }).on('close', resolve),
          ),
      ),
    );
    expect(ended).toEqual([0, 0, 0]);
    const { nights, notices } = readHistory(path);
    expect(nights.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(notices).toEqual([]);
  }, 60_000);

  it('is whole after a kill in the middle of writing', async () => {
    const path = folder();
    const file = join(root, 'killed.jsonl');
    writeFileSync(file, bytesOf(day(1)));
    const child = fork(join(import.meta.dirname, 'writer.ts'), [path, file, '100000'], {
      execArgv: ['--import', 'tsx'],
    });
    await new Promise<void>((resolve) => {
      const wait = setInterval(() => {
        if (readdirSync(path).length < 20) return;
        clearInterval(wait);
        child.kill('SIGKILL');
      }, 1);
      child.on('close', () => resolve());
    });
    openHistoryFolder(path);
    const { nights, notices } = readHistory(path);
    expect(notices).toEqual([]);
    expect(nights.map(({ number }) => number)).toEqual(nights.map((_, i) => i + 1));
    expect(readdirSync(path).filter((name) => name.includes('.part'))).toEqual([]);
    expect(append(path, 2)).toBe(nights.length + 1);
  }, 60_000);

  it('says what is damaged, newer or alone, leaves it, and judges by the rest', () => {
    const path = folder();
    for (const number of [1, 2, 3, 4]) append(path, number);
    const torn = bytesOf(day(2));
    const broken = {
      'night-000002.jsonl': torn.subarray(0, torn.length - 400),
      'night-000003.jsonl': Buffer.from(bytesOf(day(3)).toString().replace('"schema":3', '"schema":99')),
      'night-000004.jsonl': Buffer.from('no run'),
      'night-000009.judged.json': Buffer.from('{}'),
      'accepted-1.json': Buffer.from('[{"id":'),
    };
    for (const [name, bytes] of Object.entries(broken)) writeFileSync(join(path, name), bytes);
    const { nights, notices, accepted } = readHistory(path);
    expect(nights.map(({ number }) => number)).toEqual([1, 2]);
    expect(accepted).toEqual([]);
    const text = notices.join('\n');
    expect(text).toMatch(/night-000002 has damaged lines/);
    expect(text).toMatch(/night-000002 has no end record/);
    expect(text).toMatch(/night-000003\.jsonl is a run file of schema 99.*newer version/);
    expect(text).toMatch(/not a run file.*night-000004/);
    expect(text).toMatch(/night-000009 has no run/);
    expect(text).toMatch(/accepted-1\.json is damaged/);
    for (const [name, bytes] of Object.entries(broken)) expect(readFileSync(join(path, name))).toEqual(bytes);
    // The number of a night that cannot be read stays taken.
    expect(append(path, 5)).toBe(10);
  });

  it('says where it cannot be read or written', () => {
    expect(() => readHistory(join(root, 'nowhere'))).toThrow(/cannot read .*nowhere \(ENOENT\)/);
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(() => openHistoryFolder(join(file, 'history'))).toThrow(
      /cannot write .*choose another folder with --history/,
    );
  });

  it('keeps as many nights of a machine as asked for, says what it removes, and touches no other', () => {
    const path = folder();
    const other = { fingerprint: { hash: 'b', parts: { cpu: 'another', cores: '2', gpu: 'none known' } } };
    append(path, 1, other);
    for (const number of [2, 3, 4]) append(path, number);
    const { nights } = readHistory(path);
    expect(retain(path, nights, nights[1]?.machine ?? '', 5)).toEqual([]);
    expect(retain(path, nights, nights[1]?.machine ?? '', 2)).toEqual([
      'removed 1 night of this machine, night-000002 to night-000002: more than --keep 2',
    ]);
    expect(readHistory(path).nights.map(({ number }) => number)).toEqual([1, 3, 4]);
    expect(append(path, 5)).toBe(5);
  });

  it('compares only nights of the same machine, and says how many others there are', () => {
    const path = folder();
    const other = { fingerprint: { hash: 'b', parts: { cpu: 'another', cores: '2', gpu: 'none known' } } };
    append(path, 1, other);
    append(path, 2);
    addToNight(path, 2, ENDINGS.judged, JSON.stringify(JUDGED));
    const report = reportOf(path, 2, 0.03, new Date(day(3)));
    expect(report).toMatchObject({ nights: 1, foreign: 1, accepted: [] });
    expect(report.notices).toContain('1 night of other machines: drawn apart, and not compared');
  });
});

describe('the calendar', () => {
  const at = (number: number, started: string) => night(number, same, { started });
  const now = new Date(day(20));

  it('says gaps and clocks', () => {
    expect(calendarNotices([at(1, day(1)), at(2, day(2))], now)).toEqual([]);
    expect(calendarNotices([at(1, day(1)), at(2, day(9))], now)).toEqual([
      'no night for 8 days, from 2026-02-01 to 2026-02-09',
    ]);
    expect(calendarNotices([at(1, day(3)), at(2, day(1))], now)[0]).toMatch(/dated before .*a clock was set/);
    expect(calendarNotices([at(1, '2031-01-01T00:00:00.000Z')], now)[0]).toMatch(/after today: the clock/);
  });
});

describe('accept', () => {
  it('marks what the last night reports, with a reason, and nothing else', () => {
    const path = folder();
    append(path, 1);
    const finding = { id: ID, verdict: 'slower', since: 1, ratio: 1.3, figures: '', detail: '', causes: [] };
    addToNight(path, 1, ENDINGS.judged, JSON.stringify({ ...JUDGED, found: [finding] }));
    expect(() => accept(path, ['latency:*'], ' ', new Date(day(2)))).toThrow(/--reason/);
    expect(() => accept(path, ['memory:*'], 'why', new Date(day(2)))).toThrow(`it reports ${ID}`);
    const accepted = [{ id: ID, since: 1, until: 1, status: null, reason: 'why', at: day(2) }];
    expect(accept(path, ['latency:*'], 'why', new Date(day(2)))).toEqual(accepted);
    expect(accept(path, [ID], 'why', new Date(day(2)))).toEqual(accepted);
    expect(readHistory(path).accepted).toEqual([...accepted, ...accepted]);
    expect(reportOf(path, 1, 0.03, new Date(day(2))).accepted).toEqual([...accepted, ...accepted]);
    expect(readdirSync(path).filter((name) => name.startsWith('accepted'))).toEqual([
      'accepted-1.json',
      'accepted-2.json',
    ]);
  });
});

describe('the negative control', () => {
  const pair = (number: number, ratio: number) =>
    night(number, same, { pairs: [{ id: CELL, a: 10, b: 10 * ratio * (1 + 0.005 * Math.sin(number)) }] });

  it('counts pairs that look different', () => {
    const calm = Array.from({ length: 20 }, (_, i) => pair(i + 1, 1));
    expect(alarmsOf(calm, 0.03)).toMatchObject({ pairs: 10, alarms: 0 });
    expect(alarmsOf([...calm, pair(21, 1.2)], 0.03)).toMatchObject({ pairs: 11, alarms: 1 });
    expect(alarmsOf(calm.slice(0, 5), 0.03)).toMatchObject({ pairs: 0, interval: [0, 1] });
  });
});

it('a missing folder of a history is made', () => {
  const path = join(root, 'new', 'folder');
  openHistoryFolder(path);
  mkdirSync(path, { recursive: true });
  expect(readHistory(path).nights).toEqual([]);
});
