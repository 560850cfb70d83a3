import { expect, it } from 'vitest';
import type { HostFacts } from '../../suites/contract/job.ts';
import { completed } from '../../suites/engine/judge.ts';
import { start, started } from '../reports/results.ts';

const facts: HostFacts = {
  processes: [{ role: 'process', baseline: 1, opened: 2, steady: 3, closed: 2, peak: 4 }],
  cycles: [{ role: 'process', rss: [1, 2] }],
  secondPage: { answer: { suite: 'startup', ...start(1) } as { suite: string } },
};
const { warm: _, ...first } = started({});

it('what a page measures and its host knows is one result for the run file', () => {
  const measured = [
    { suite: 'memory', tensors: null, gpu: null, model: 9 },
    { suite: 'leak', gpu: [], tensors: [7, 8], wanted: 2 },
    first,
  ];
  expect(completed(measured, facts).results).toEqual([
    { suite: 'memory', processes: facts.processes, tensors: null, gpu: null, model: 9 },
    { suite: 'leak', processes: facts.cycles, gpu: [], tensors: [7, 8], wanted: 2 },
    { ...first, warm: start(1) },
  ]);
  expect(completed([first], { ...facts, secondPage: null }).results).toEqual([{ ...first, warm: null }]);
});

it('what no suite measures, or is not what it measures, is no result', () => {
  expect(
    completed([{ suite: 'nothing' }, { suite: 'memory' }, { suite: 'leak' }, { suite: 'startup' }], facts).results,
  ).toEqual([]);
});
