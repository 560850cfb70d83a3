import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import { comparisonData } from '../../reports/compare/comparison-data.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { type Result, type ResultOf, SUITES } from '../../suites/suites.ts';
import { accuracyOf, complianceOf, layersOf, leakOf, PASSED, rooflineOf, start, started, WORK } from './results.ts';
import { CPU, clock, idOf, ok, one } from './runs.ts';

/** Changes planted in one figure of each suite: what a comparison must call them, and in which figure. */
type Planted = readonly [
  suite: string,
  verdict: string,
  metric: string,
  base: readonly Outcome[],
  head: readonly Outcome[],
];

const MIB = 2 ** 20;
const half = () => 0.5;

/** The same result with small noise in its times, in five rounds. */
const rounds = (make: (noise: number, round: number) => Result): Outcome[] =>
  [0.99, 1.01, 1, 1.005, 0.995].map((noise, round) => ok(make(noise, round)));

/** Thirty samples a round, the last four of which take `slow` times as long. */
const tailed = (slow: number) =>
  rounds((noise) => ({
    suite: 'latency',
    samples: Array.from({ length: 30 }, (_, i) => 10 * noise * (i < 26 ? 1 : slow)),
    batch: 1,
    clock,
    warmup: 4,
    short: false,
    work: WORK,
  }));

const starts = (parts: Partial<ResultOf<'startup'>>) =>
  rounds((noise) => {
    const whole = { ...started(start(10)), ...parts };
    return { ...whole, module: whole.module * noise, session: whole.session * noise, first: whole.first * noise };
  });

const counts = (pipelines: number) => ({ shaders: 3, pipelines, asynchronous: 0, pending: 0 });
const compiled = (later: number) => ({ open: counts(5), first: counts(9), second: counts(0), later: counts(later) });

const moved = (host: number, bound: number, read: number) =>
  rounds((noise) => ({
    suite: 'transfer',
    ...{ host: [host * noise], bound: [bound * noise], read: [read * noise] },
    ...{ batch: 1, clock, warmup: 4, short: false, checks: [PASSED, PASSED, PASSED] },
  }));

const memory = (changed: object) => {
  const processes = [{ role: 'process' as const, baseline: 1, opened: 1, steady: 1, closed: 1, peak: 100 * MIB }];
  const gpu = { live: MIB, peak: 2 * MIB, objects: 3 };
  return rounds(() => ({ suite: 'memory', processes, tensors: MIB, gpu, model: MIB, ...changed }));
};

const leak = (perCycle: number): Outcome[] => {
  const next = random(3);
  const rss = Array.from({ length: 50 }, (_, i) => (100 + perCycle * i + next()) * MIB);
  return [ok({ ...leakOf('x', false, half), processes: [{ role: 'process', rss }] })];
};

const layers = (kept: number, ratio: number): Outcome[] => {
  const whole = layersOf('x', 12, half);
  const tried = whole.layers.map((layer, i) => ({
    ...layer,
    check: { ...layer.check, ratio: i === 5 ? ratio : 0.01 },
  }));
  return [ok({ ...whole, layers: tried.slice(0, kept) })];
};

const conformance = (tensors: readonly string[], changed: object): Outcome[] => [
  ok({ suite: 'conformance', checks: tensors.map((tensor) => ({ ...PASSED, tensor, ...changed })) }),
];

const compliance = (changed: object, fresh = 1): Outcome[] => {
  const whole = complianceOf(10, random(4));
  const blocks = whole.blocks.map((block) => ({ ...block, fresh: block.fresh * fresh, other: block.other * fresh }));
  return [ok({ ...whole, blocks, planned: 10, ...changed })];
};

const accuracy = (changed: object): Outcome[] => [ok({ ...accuracyOf(false), ...changed })];

const placed = (changed: object) => tailed(1).map((one) => ({ ...one, placement: { ...CPU, ...changed } }) as Outcome);

const PLANTED: readonly Planted[] = [
  ['latency', 'slower', 'latency_p90_ms', tailed(1), tailed(20)],
  ['latency', 'placement moved', 'placement_nodes_by_provider', placed({}), placed({ nodes: { cpu: 50, xnnpack: 3 } })],
  ['latency', 'placement moved', 'placement_copies_nodes', placed({ copies: 0 }), placed({ copies: 2 })],
  ['startup', 'slower', 'startup_first_ms', starts({ session: 300 }), starts({ session: 300, first: 30 })],
  ['startup', 'slower', 'startup_total_ms', starts({}), starts({ session: 100 })],
  [
    'startup',
    'more compiled',
    'startup_later_pipelines',
    starts({ compiled: compiled(0) }),
    starts({ compiled: compiled(4) }),
  ],
  [
    'startup',
    'larger files',
    'startup_files_bytes',
    starts({ bytes: { network: 20 * MIB, cache: 0 } }),
    starts({ bytes: { network: 25 * MIB, cache: 0 } }),
  ],
  ['startup', 'slower', 'startup_warm_total_ms', starts({ warm: start(10) }), starts({ warm: start(20) })],
  ['transfer', 'slower', 'transfer_upload_ms', moved(100.2, 100, 100.1), moved(102.2, 100, 100.1)],
  ['transfer', 'slower', 'transfer_on_device_ms', moved(30, 20, 25), moved(34, 24, 29)],
  [
    'memory',
    'more memory',
    'memory_gpu_objects_peak_bytes',
    memory({}),
    memory({ gpu: { live: MIB, peak: 4 * MIB, objects: 3 } }),
  ],
  ['memory', 'more memory', 'memory_tensors_bytes', memory({}), memory({ tensors: 3 * MIB })],
  ['memory', 'larger files', 'model_bytes', memory({}), memory({ model: MIB + 1 })],
  ['leak', 'leaks more', 'process_growth_bytes_per_cycle', leak(0), leak(5)],
  ['layers', 'less covered', 'layers_checked', layers(12, 0.01), layers(9, 0.01)],
  ['layers', 'larger error', 'layer_error_over_bound', layers(12, 0.01), layers(12, 0.5)],
  ['roofline', 'slower', 'roofline_flop_per_s', [ok(rooflineOf(1))], [ok(rooflineOf(10))]],
  [
    'conformance',
    'larger error',
    'logits_error_over_allowed',
    conformance(['logits'], {}),
    conformance(['logits'], { ratio: 0.5 }),
  ],
  [
    'conformance',
    'less covered',
    'tensors_compared',
    conformance(['layer1', 'logits'], {}),
    conformance(['logits'], {}),
  ],
  [
    'conformance',
    'less accurate',
    'top1_agreeing_share',
    conformance(['logits'], {}),
    conformance(['logits'], { top1: { agree: 30, of: 34 } }),
  ],
  [
    'compliance',
    'less accurate',
    'compliance_top1_images',
    compliance({}),
    compliance({ classified: { images: 64, top1: 59, differs: [] } }),
  ],
  ['compliance', 'less repeatable', 'compliance_varying_share', compliance({}), compliance({ varying: 9 })],
  ['compliance', 'more caching', 'compliance_fresh_over_repeated', compliance({}), compliance({}, 1.08)],
  [
    'compliance',
    'less covered',
    'compliance_blocks',
    compliance({}),
    compliance({ blocks: complianceOf(10, half).blocks.slice(0, 4) }),
  ],
  ['accuracy', 'less accurate', 'accuracy_top5_images', accuracy({}), accuracy({ top5: 990 })],
  ['accuracy', 'less covered', 'accuracy_images', accuracy({}), accuracy({ images: 150, top1: 138, top5: 150 })],
];

/** The opposite of each verdict above. */
const OPPOSITE: { readonly [verdict: string]: string } = {
  slower: 'faster',
  'placement moved': 'placement moved',
  'more compiled': 'less compiled',
  'larger files': 'smaller files',
  'more memory': 'less memory',
  'leaks more': 'leaks less',
  'less covered': 'more covered',
  'larger error': 'smaller error',
  'less accurate': 'more accurate',
  'less repeatable': 'more repeatable',
  'more caching': 'less caching',
};

describe('a planted change', () => {
  it.each(PLANTED)('of %s is %s in %s, and the opposite the other way round', (suite, verdict, metric, base, head) => {
    const change = one(idOf(suite), base, head);
    expect(change.verdict).toBe(verdict);
    expect(change.findings).toContainEqual(expect.objectContaining({ verdict, metric }));
    const back = one(idOf(suite), head, base);
    expect(back.findings).toContainEqual(expect.objectContaining({ verdict: OPPOSITE[verdict], metric }));
    expect(back.regressed).toBe(false);
  });

  it.each(PLANTED)(
    'of %s (%s in %s) has numbers in the JSON, and none where nothing changed',
    (suite, _, metric, base, head) => {
      const data = JSON.parse(JSON.stringify(comparisonData(one(idOf(suite), base, head).comparison)));
      const found = data.changes[0].findings.find((item: { metric: string }) => item.metric === metric);
      const kind = ['adapter', 'nodes_by_provider'].some((name) => metric.endsWith(name)) ? 'string' : 'number';
      expect([typeof found.base, typeof found.head]).toEqual([kind, kind]);
      expect(found.base).not.toBe(found.head);
      const itself = one(idOf(suite), base, base);
      expect(itself.verdict).toBe('same');
      expect(itself.regressed).toBe(false);
    },
  );

  it('of a roofline must be larger than those of unchanged runs', () => {
    const base = rooflineOf(1);
    const changed = (times: Partial<ResultOf<'roofline'>>) =>
      one(idOf('roofline'), [ok(base)], [ok({ ...base, ...times })]);
    const memory = (ms: number) => changed({ memory: { ...base.memory, long: [10 + 20 * ms] } });
    const compute = (ms: number) => changed({ compute: { ...base.compute, long: [5 + 5 * ms, 5 + 5 * ms] } });
    expect([memory(1.8), memory(3), compute(1.3), compute(2)].map(({ verdict }) => verdict)).toEqual([
      'same',
      'slower',
      'same',
      'slower',
    ]);
  });

  it('is planted in every suite', () => {
    const suites = new Set(PLANTED.map(([suite]) => suite));
    expect(SUITES.map(({ id }) => id).filter((id) => !suites.has(id))).toEqual([]);
  });
});
