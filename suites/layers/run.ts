import { walk } from '../../reference/evaluate.ts';
import { formatOf } from '../../reference/formats/formats.ts';
import { type Graph, INPUT, inferShapes } from '../../reference/graph.ts';
import { type Truth, truthsOf } from '../../reference/judge/bounds.ts';
import { requireSound, whyUnsound } from '../../reference/judge/sound.ts';
import { rigorous } from '../../reference/judge/worst-case.ts';
import { channelsFirst } from '../../reference/layout.ts';
import { openModel } from '../../reference/models/load.ts';
import type { Arithmetic } from '../../reference/ops/rounding.ts';
import { type Layer, layersOf } from '../../reference/passes/layers.ts';
import { networkAfter } from '../../reference/passes/pass.ts';
import { precisionOf } from '../../reference/precisions/precisions.ts';
import { nchw, type Tensor, type Weights } from '../../reference/tensor.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { tap } from '../contract/abilities.ts';
import {
  type Backend,
  type BackendModule,
  type BackendRow,
  type Session,
  type Tools,
  undivided,
} from '../contract/backend.ts';
import { type Checker, checker, prover } from '../contract/checker.ts';
import { passesFor } from '../contract/network.ts';
import { madeOptions } from '../contract/options.ts';
import { INPUTS, type Visit, type VisitResult } from '../contract/visit.ts';
import type { Placement } from '../record/placement.ts';
import type { LayersResult } from './schema.ts';

export const phases = [];

/** For each input, the values that the layers read, rounded to float32. */
function sourcesOf(graph: Graph, weights: Weights, inputs: readonly Tensor[], layers: readonly Layer[]) {
  const wanted = new Set(layers.map(({ source }) => source));
  return inputs.map((input) => {
    const kept = new Map<string, Tensor>([[INPUT, input]]);
    walk(graph, weights, input, ({ name }, _, { shape, data }) => {
      if (wanted.has(name)) kept.set(name, { shape, data: data.map(Math.fround) });
    });
    return kept;
  });
}

/**
 * Joins the placements of many sessions. Node counts add up. If one session ran on another device, the whole counts as
 * run there.
 */
function together(placements: readonly Placement[], row: BackendRow): Placement {
  const [first] = placements;
  if (first === undefined) return { device: 'unknown', proof: 'no layer ran', nodes: {}, notes: [] };
  const elsewhere = placements.find(({ device }) => device !== row.device);
  const nodes: { [name: string]: number } = {};
  for (const placement of placements)
    for (const [name, count] of Object.entries(placement.nodes)) nodes[name] = (nodes[name] ?? 0) + count;
  const sum = (count: 'fallbacks' | 'copies') =>
    first[count] === undefined ? {} : { [count]: placements.reduce((total, one) => total + (one[count] ?? 0), 0) };
  return { ...(elsewhere ?? first), nodes, ...sum('fallbacks'), ...sum('copies') };
}

/**
 * The inputs of a layer, and for each the truth with its worst case, and with the limits of right implementations. No
 * limits where float32 overflows on the way.
 */
type Given = {
  readonly sources: readonly Tensor[];
  readonly worst: readonly Truth[];
  readonly limits: readonly (Truth | undefined)[];
};

/** Throws where a layer has no truth: that is a fault of the network, not a refusal of the runtime. */
function givenOf({ graph }: Layer, weights: Weights, sources: readonly Tensor[], a: Arithmetic): Given {
  const worst = sources.map((one): Truth => rigorous(graph, weights, one, a));
  for (const truth of worst) requireSound(graph.output, truth);
  const wanted = new Map([['output', graph.output]]);
  const limits = truthsOf({ graph, weights, inputs: sources }, wanted, a).map((taps) => {
    const one = taps.get('output');
    return one === undefined || whyUnsound(one) !== undefined ? undefined : one;
  });
  return { sources, worst, limits };
}

/** A layer's open session, and a function that calls it once more. */
type LayerSession = { readonly session: Session; again(): Promise<void> };

/**
 * Opens a layer and runs it three times: on the first input, the second, and the first again, tapped. Every output is
 * checked.
 */
async function runLayer(
  { backend, row, visit }: { readonly backend: Backend; readonly row: BackendRow; readonly visit: Visit },
  { graph }: Layer,
  weights: Weights,
  { sources, worst, limits }: Given,
) {
  const [batch, , size] = nchw(sources[0]?.shape ?? []);
  const session = await backend.open(madeOptions({ graph, weights }, visit, { batch, size, inspect: true }));
  const inputs = sources.map((source) => session.prepare(Float32Array.from(source.data)));
  const check = prover(graph.output);
  const fit = checker(graph.output, undefined);
  const input = (index: number) => inputs[index] ?? new Float32Array(0);
  const judged = (index: number, output: ArrayLike<number>) => {
    check.check(output, worst[index] as Truth);
    const limited = limits[index];
    if (limited !== undefined) fit.check(output, limited);
  };
  const channelsLast = row.format !== undefined && formatOf(row.format).layout === 'NHWC';
  const call = async (index: number) => {
    const shape = worst[index]?.value.shape ?? [];
    judged(index, channelsFirst(await session.run(input(index)), shape, channelsLast));
  };
  await call(0);
  await call(1);
  for (const [, output] of await tap(session, input(0))) judged(0, output);
  return { opened: { session, again: () => call(0) }, check, fit, placement: await session.placement() };
}

/**
 * Runs every layer of a network alone on the reference's own values (as float32), and checks it against its worst-case
 * bound, and against what right implementations of it do. Inputs alternate, and each layer is called once more while the next layer's session is open: state that leaks
 * from one session to the other becomes visible. A layer that the runtime refuses is recorded, and the others still
 * run. Throws where a layer has no truth.
 */
export async function visit(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<LayersResult>> {
  const deadline = tools.now() + visit.budgetMs;
  await tools.phase('layers');
  const { source, batch, size } = visit;
  const { arithmetic } = precisionOf(visit.precision);
  const given = (await openModel(source, tools.read)).at(batch, size);
  const { graph, weights } = networkAfter(passesFor(source, row.format, visit), given);
  const all = layersOf(graph, inferShapes(graph, batch, size));
  const inputs = Array.from({ length: INPUTS }, (_, i) => seededTensor(i, batch, graph.channels, size));
  const values = sourcesOf(graph, weights, inputs, all);

  const backend = await module.start(row, tools, undivided);
  const result: LayersResult = { suite: 'layers', layers: [], refused: [], total: all.length };
  const placements: Placement[] = [];
  const ran: { ops: string[]; input: number[]; check: Checker; fit: Checker }[] = [];
  let before: LayerSession | undefined;
  for (const layer of all) {
    if (placements.length > 0 && tools.now() > deadline) break;
    const name = layer.graph.output;
    await tools.phase(name);
    const ops = layer.graph.nodes.map(({ op }) => op);
    const sources = values.flatMap((kept) => kept.get(layer.source) ?? []);
    // Not caught below.
    const truths = givenOf(layer, weights, sources, arithmetic);
    try {
      const { opened, check, fit, placement } = await runLayer({ backend, row, visit }, layer, weights, truths);
      placements.push(placement);
      ran.push({ ops, input: [...(sources[0]?.shape ?? [])], check, fit });
      await before?.again();
      await before?.session.close();
      before = opened;
    } catch (error) {
      const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      result.refused.push({ tensor: name, ops, reason });
    }
  }
  await before?.again();
  await before?.session.close();
  for (const { ops, input, check, fit } of ran) {
    const [proof, limited] = [check.worst(), fit.worst()];
    if (proof) result.layers.push({ ops, input, check: proof, ...(limited && { fit: limited }) });
  }
  return { placement: together(placements, row), results: [result] };
}
