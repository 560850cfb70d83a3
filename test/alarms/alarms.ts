import { inferShapes } from '../../reference/graph.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { emulate } from '../../reference/judge/emulate.ts';
import { whyUnsound } from '../../reference/judge/sound.ts';
import { judge } from '../../reference/judge/verdict.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import type { Way } from '../../reference/ops/way.ts';
import { foldBatchNorm } from '../../reference/passes/fold-batch-norm.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { RUNTIMES } from './runtimes.ts';
import { KINDS, oddWeights } from './weights.ts';

/**
 * `npm run alarms -- [seeds] [models] [size] [first]`: how often the judge doubts what is right. Networks with odd
 * weights are computed by runtimes in Node and by float32 implementations that set no limit, and each stage and output is
 * judged. Anything beyond the limits is a false alarm.
 */
const [seeds = '60', models = 'resnet8', size = '32', first = '0'] = process.argv.slice(2);

const [base] = FLOAT32.ways.direct;
if (base === undefined) throw new Error('no way to compute');
/** Right implementations that are not among those that set the limits. */
const HELD_OUT: readonly Way[] = [
  { ...base, id: 'random order', order: { seed: 11 } },
  { ...base, id: 'random order, fused', order: { seed: 12 }, rounding: 'fused' },
  { ...base, id: 'reversed, fused, bias first', order: 'reversed', rounding: 'fused', biasFirst: true },
  { ...base, id: 'channels last', order: 'channels last' },
  { ...base, id: 'blocks of 8', block: 8 },
  { ...base, id: 'blocks of 64, random order', block: 64, order: { seed: 13 } },
  { ...base, id: 'Winograd F(2×2), fused', winograd: 2, rounding: 'fused' },
  { ...base, id: 'Winograd F(4×4), random order', winograd: 4, order: { seed: 14 } },
];

type Tally = { judged: number; beyond: number; wide: number; largest: number; where: string };
const tallies = new Map<string, Tally>();

for (let seed = Number(first); seed < Number(first) + Number(seeds); seed++)
  for (const model of models.split(',')) {
    const row = findModel(model);
    if (row === undefined) throw new Error(`no model ${model}`);
    const graph = buildModel(row);
    const kind = KINDS[seed % KINDS.length] ?? 'seeded';
    const weights = oddWeights(graph, kind, seed);
    const input = seededTensor(seed, 1, graph.channels, Number(size));
    const wanted = new Map([...graph.stages, ['logits', graph.output]]);
    const truths = truth({ graph, weights, input }, wanted, FLOAT32);
    if ([...truths.values()].some((one) => whyUnsound(one) !== undefined)) {
      console.log(`${model}, seed ${seed}, ${kind}: float32 overflows`);
      continue;
    }
    const folded = foldBatchNorm(graph, weights);
    const taps = new Map([...folded.graph.stages, ['logits', folded.graph.output]]);
    const take = (by: string, tap: string, output: ArrayLike<number>) => {
      const one = truths.get(tap);
      if (one === undefined) return;
      const { ratio, wide, norm, nonfinite } = judge(output, one);
      const tally = tallies.get(by) ?? { judged: 0, beyond: 0, wide: 0, largest: 0, where: '' };
      tally.judged++;
      if (ratio > 1 || nonfinite > 0) tally.beyond++;
      if (wide > 1 || nonfinite > 0) tally.wide++;
      if (ratio > tally.largest) {
        tally.largest = ratio;
        tally.where = `${model}, seed ${seed}, ${kind}, ${tap}, ${norm}`;
      }
      tallies.set(by, tally);
    };
    const shapes = inferShapes(folded.graph, 1, Number(size));
    for (const [id, run] of Object.entries(RUNTIMES)) {
      const values = await run(
        folded,
        input,
        new Map([...taps.values()].map((node) => [node, shapes.get(node) ?? []])),
      );
      for (const [tap, node] of taps) take(id, tap, values.get(node) ?? []);
    }
    for (const way of HELD_OUT)
      emulate({ graph: folded.graph, weights: folded.weights, input }, way, (node, output) => {
        for (const [tap, name] of taps) if (name === node.name) take(way.id, tap, output.data);
      });
  }

for (const [by, { judged, beyond, wide, largest, where }] of tallies)
  console.log(
    `${by.padEnd(30)} ${judged} judged, beyond the limits ${beyond}, with Winograd allowed for ${wide}; largest error ${largest.toPrecision(3)}× what is allowed (${where})`,
  );
