import { describe, expect, it } from 'vitest';
import { tabulate } from '../../../reports/table/table.ts';
import type { Header } from '../../../suites/record/header.ts';
import type { Outcome } from '../../../suites/record/record.ts';
import { type FileRun, joinRuns, notesOf } from '../../../suites/record/runs.ts';
import type { ResultOf } from '../../../suites/suites.ts';
import { emptyRun } from '../../reports/fixture.ts';
import { idOf, latency, ok } from '../../reports/runs.ts';
import { changed, file } from './files.ts';

const { fingerprint } = emptyRun().header;
const [LATENCY, OTHER, THIRD] = ['ort-node/cpu', 'ort-web/wasm', 'null'].map((one) => idOf('latency', one)) as [
  string,
  string,
  string,
];
const ACCURACY = 'accuracy:resnet20.akamaster:fp32:b25:32:ort-node/cpu';
const PLAN = [LATENCY, OTHER, THIRD, ACCURACY];
const THIRDS = [
  [0, 325],
  [325, 325],
  [650, 350],
] as const;

const part = (index: number, more: Partial<ResultOf<'accuracy'>> = {}): ResultOf<'accuracy'> => {
  const [first, planned] = THIRDS[index - 1] ?? [0, 0];
  const right = { images: planned, top1: planned - index, top5: planned };
  const base = { suite: 'accuracy' as const, dataset: 'a set', available: 1000, ...right, differs: [] };
  const { images } = { ...base, ...more };
  return { ...base, parts: [{ first, planned, images }], ...more };
};

/** The file of a shard: one latency, and its part of the images. */
function shard(index: number, outcome: Outcome = ok(part(index)), header: Partial<Header> = {}): FileRun {
  const own = PLAN[index - 1] ?? '';
  const command = ['latency', '--shard', `${index}/3`, '--rounds', '3'];
  return file(
    `${index}`,
    [index, index + 1],
    { [own]: latency(10, 3), [ACCURACY]: [outcome] },
    {
      shard: { index, of: 3, plan: PLAN },
      command,
      ...header,
    },
  );
}
const [one, two, three] = [shard(1), shard(2), shard(3)];

/** The joined accuracy cell. */
const accuracyOf = (...outcomes: readonly Outcome[]) =>
  joinRuns(outcomes.map((outcome, i) => shard(i + 1, outcome))).records.find(({ id }) => id === ACCURACY)?.outcome;

describe('the shards of a run', () => {
  it('have no one visit where parts of a cell are joined to one record', () => {
    const visit = { began: '2026-01-02T03:04:05.000Z', ms: 9, phases: [] };
    const timed = [one, two, three].map(({ file, run }) => ({
      file,
      run: { ...run, records: run.records.map((record) => ({ ...record, visit })) },
    }));
    const { records } = joinRuns(timed);
    expect(records.map((record) => [record.id === ACCURACY, record.visit !== undefined])).toEqual(
      records.map(({ id }) => [id === ACCURACY, id !== ACCURACY]),
    );
  });

  it('are that run: its plan in its order, each cell, and one accuracy of all images', () => {
    const run = joinRuns([three, one, two]);
    expect(run.header.plan).toEqual(PLAN);
    expect(run.header.shard).toBeUndefined();
    expect(run.header.command).toEqual(['latency', '--rounds', '3']);
    expect(run.records).toHaveLength(3 * 3 + 1);
    const whole = {
      suite: 'accuracy',
      dataset: 'a set',
      images: 1000,
      available: 1000,
      top1: 994,
      top5: 1000,
      differs: [],
    };
    expect(accuracyOf(ok(part(1)), ok(part(2)), ok(part(3)))).toMatchObject({ status: 'ok', result: whole });
    expect(run).toEqual(joinRuns([one, two, three]));
    expect(notesOf(run)).toEqual([]);
    expect(tabulate(run).rows.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('may be one: others’ cells are not run, and it says which shards are missing', () => {
    const run = joinRuns([two]);
    expect(notesOf(run)).toEqual([
      'no file is of shards 1/3, 3/3: 2 of 4 cells are not run, and those that shards split are partial',
    ]);
    const { rows } = tabulate(run);
    expect(rows.map(({ status }) => status)).toEqual(['not run', 'ok', 'not run', 'partial']);
    expect(rows[0]?.reasons).toEqual([expect.objectContaining({ reason: 'the run file of its shard is missing' })]);
    expect(rows[3]?.reasons[0]?.reason).toBe('what shards 1/3, 3/3 had of it did not run');
    expect(rows[3]?.measure).toMatchObject({ images: 325, top1: 323, classified: '325–650' });
  });

  it('may lack a record of a part, which is then partial', () => {
    const cut = { ...two, run: { ...two.run, records: two.run.records.filter(({ id }) => id !== ACCURACY) } };
    const [row] = tabulate(joinRuns([one, cut, three])).rows.slice(-1);
    expect(row?.status).toBe('partial');
    expect(row?.measure).toMatchObject({ images: 675, classified: '0–325, 650–1000' });
  });

  it('may be on other machines: said, and in the fingerprint with the shards', () => {
    const cpu = (name: string) => ({
      fingerprint: { hash: name, parts: { ...fingerprint.parts, cpu: name } },
      environment: { ...emptyRun().header.environment, cpu: name },
    });
    const run = joinRuns([changed(one, cpu('Xeon')), changed(two, cpu('EPYC')), changed(three, cpu('EPYC'))]);
    expect(run.header.fingerprint.parts.cpu).toBe('EPYC (2/3, 3/3), Xeon (1/3)');
    expect(run.header.fingerprint.hash).toBe('Xeon+EPYC+EPYC');
    expect(run.header.environment.cpu).toBe('EPYC (2/3, 3/3), Xeon (1/3)');
    expect(notesOf(run)).toEqual([
      'the shards ran on different machines (cpu: EPYC (2/3, 3/3), Xeon (1/3)): compare times within a shard only',
    ]);
  });

  it('that were measured at once, or half a day apart, say so once', () => {
    const at = (started: string) => ({ started });
    const far = [one, two, changed(three, at('2026-01-03T03:00:00.000Z'))];
    expect(notesOf(joinRuns(far))).toEqual(['the shards began 24 hours apart: they may be of different runs']);
    const together = [1, 2, 3].map((index) => changed(shard(index), at('2026-01-02T03:00:00.000Z')));
    expect(notesOf(joinRuns(together))).toEqual([
      'shards were measured at the same time: if on one machine, times may be inflated',
    ]);
  });
});

describe('the parts of a cell', () => {
  const placement = ok(part(1));
  const reason = 'requested webgpu, ran on cpu';

  it.each<[string, Outcome, object]>([
    ['crash', { status: 'crash', reason: 'gone', phase: 'open' }, { status: 'crash', reason: 'shard 2/3: gone' }],
    ['timeout', { status: 'timeout', seconds: 9, phase: 'open' }, { status: 'timeout', seconds: 9 }],
    ['unsupported', { status: 'unsupported', reason: 'no' }, { status: 'unsupported', reason: 'shard 2/3: no' }],
    [
      'fallback',
      { ...placement, status: 'fallback', reason, result: part(2) } as Outcome,
      { reason: `shard 2/3: ${reason}` },
    ],
  ])('are a %s where one is', (_, outcome, expected) => {
    expect(accuracyOf(ok(part(1)), outcome, ok(part(3)))).toMatchObject(expected);
  });

  it('that are all unsupported are unsupported with the plain reason', () => {
    const none: Outcome = { status: 'unsupported', reason: 'no CUDA', fix: 'get one' };
    expect(accuracyOf(none, none, none)).toEqual(none);
  });

  it('are suspect with all images that differ, whichever part has them', () => {
    const differs = (image: number) => [{ image, expected: 1, got: 2 }];
    const suspect = (index: number, image: number) =>
      ({ ...ok(part(index, { differs: differs(image) })), status: 'suspect', reason: 'of its part' }) as Outcome;
    const found = accuracyOf(ok(part(1)), suspect(2, 400), suspect(3, 700));
    expect(found).toMatchObject({
      status: 'suspect',
      reason: expect.stringContaining('2 images differ from PyTorch; image 400'),
      result: { images: 1000, differs: [...differs(400), ...differs(700)] },
    });
  });

  it('are partial with the count where the budget ended one', () => {
    const short = part(2, { images: 100, top1: 99 });
    expect(
      accuracyOf(ok(part(1)), { ...ok(short), status: 'partial', reason: 'x' } as Outcome, ok(part(3))),
    ).toMatchObject({
      status: 'partial',
      reason: expect.stringContaining('225 of 1,000 images did not run'),
      result: { images: 775, top1: 324 + 99 + 347, parts: [{ first: 0 }, { first: 325, images: 100 }, { first: 650 }] },
    });
  });

  it('of different sets, or of the same images, are refused', () => {
    const join = (other: ResultOf<'accuracy'>) => () => accuracyOf(ok(part(1)), ok(other));
    expect(join({ ...part(2), available: 10 })).toThrow(
      `shards 1/3, 2/3 cannot be joined: ${ACCURACY}: accuracy was measured on a set (1000 images) and on a set (10)`,
    );
    expect(join(part(1))).toThrow('image 0 of a set is in two parts');
  });
});

describe('shards that do not fit together', () => {
  const plan = PLAN.slice(0, 3);
  it.each<[string, FileRun, string]>([
    [
      'of another number',
      changed(two, { shard: { index: 2, of: 4, plan: PLAN } }),
      'they differ in --shard (1/3; 2/4)',
    ],
    ['of another seed', changed(two, { seed: 5 }), 'they differ in --seed (1; 5)'],
    [
      'of another plan',
      changed(two, { shard: { index: 2, of: 3, plan } }),
      `they differ in the plan (${ACCURACY.slice(0, 30)}`,
    ],
    ['no shard', changed(two, { shard: undefined } as never), 'they differ in --shard (1/3; none)'],
    ['of another version', changed(two, { commit: 'fedcba987654' }), 'they differ in commit'],
    [
      'of another Node',
      changed(two, { fingerprint: { ...fingerprint, parts: { ...fingerprint.parts, node: 'v1' } } }),
      'they differ in node (',
    ],
  ])('are refused with both names: %s', (_, other, what) => {
    expect(() => joinRuns([one, other])).toThrow(`1.jsonl and 2.jsonl are not from the same`);
    expect(() => joinRuns([one, other])).toThrow(what);
  });

  it('are refused where one is given twice, unless it is a copy', () => {
    const again = shard(1, ok(part(1, { top1: 1 })));
    expect(() => joinRuns([one, { ...again, file: 'again.jsonl' }])).toThrow(
      '1.jsonl and again.jsonl are both shard 1/3: leave one out',
    );
    expect(notesOf(joinRuns([one, { ...one, file: 'copy.jsonl' }, two, three]))).toEqual([
      'copy.jsonl is a copy of 1.jsonl or of a part of it: it is read once',
    ]);
  });
});
