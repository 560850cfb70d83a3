import { describe, expect, it } from 'vitest';
import { RAW } from '../../reference/datasets/preprocessing.ts';
import type { AccuracyResult } from '../../suites/accuracy/schema.ts';
import type { Visit } from '../../suites/contract/visit.ts';
import { explained } from '../../suites/engine/explaining.ts';
import type { VisitOutcome } from '../../suites/hosts/host.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { MADE_UP, visitOf } from '../visit.ts';

const placement = { device: 'cpu', nodes: {}, fallbacks: 0, copies: 0, proof: 'made up' } as const;
const result: AccuracyResult = {
  ...{ suite: 'accuracy', dataset: 'd', images: 100, available: 100, top1: 50, top5: 90, differs: null },
};
const diagnosis = { images: 100, right: 50, best: { mistake: 'another size', right: 90 }, equal: [] };
const FIRST = { status: 'ok', placement, result } as unknown as Outcome;
const ways = [{ changes: [], path: 'a.json' }];

/** What becomes of a result, and what was made and visited for it. */
async function became(more: {
  readonly expected?: number;
  readonly sent?: unknown;
  readonly fails?: string;
  readonly without?: true;
}) {
  const { expected, sent = { suite: 'accuracy', diagnosis }, fails, without } = more;
  const images = {
    dataset: undefined,
    path: 'x',
    name: 'd',
    preprocessing: RAW,
    expected,
    ...(!without && { resized: ways }),
  };
  const visit = visitOf('resnet20.seed0', MADE_UP, 32, { images });
  const [visits, lines]: [Visit[], string[]] = [[], []];
  let made = 0;
  const reply = { placement, results: [sent] };
  const outcomes = await explained(new Map<string, Outcome>([['accuracy', FIRST]]), visit, {
    resized: {
      ...{ ways, files: [], release: async () => {} },
      async make() {
        made++;
        if (fails !== undefined) throw new Error(fails);
      },
    },
    async run(one) {
      visits.push(one);
      return { kind: 'reply', reply, facts: {}, phase: 'mistakes' } as unknown as VisitOutcome;
    },
    log: (line) => lines.push(line),
  });
  return { outcome: outcomes.get('accuracy'), visits, made, lines };
}

describe('a score that is in doubt', () => {
  it('is explained by a second visit, for which images are resized in other ways', async () => {
    const { outcome, visits, made } = await became({ expected: 0.9 });
    expect(outcome).toEqual({ status: 'ok', placement, result: { ...result, diagnosis } });
    expect([made, visits.length]).toEqual([1, 1]);
    expect(visits[0]?.images).toMatchObject({ explains: true, resized: ways });
    expect((await became({})).made).toBe(1);
  });

  it('needs none where it is as it should be, and where images are not resized', async () => {
    for (const one of [await became({ expected: 0.5 }), await became({ without: true })]) {
      expect([one.made, one.visits, one.outcome]).toEqual([0, [], { status: 'ok', placement, result }]);
    }
  });

  it('stays as it is where nothing was found out, and a line says what failed', async () => {
    const kept = { status: 'ok', placement, result };
    expect((await became({ sent: { suite: 'accuracy' } })).outcome).toEqual(kept);
    expect((await became({ sent: { suite: 'accuracy', diagnosis: { images: -1 } } })).outcome).toEqual(kept);
    const { outcome, lines } = await became({ fails: 'the disk is full' });
    expect([outcome, lines]).toEqual([kept, ['what explains the score was not tried: the disk is full']]);
  });
});
