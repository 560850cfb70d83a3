import type { Read } from '../../reference/formats/format.ts';
import { type Graph, INPUT, inferShapes } from '../../reference/graph.ts';
import { proofOf } from '../../reference/judge/proof.ts';
import { isRight, judge } from '../../reference/judge/verdict.ts';
import { rigorousFrom } from '../../reference/judge/worst-case.ts';
import { operatorOf } from '../../reference/ops/operators.ts';
import { between, blockEndsOf, unfusedOf } from '../../reference/passes/between.ts';
import { precisionOf } from '../../reference/precisions/precisions.ts';
import type { Tensor } from '../../reference/tensor.ts';
import type { Truths } from '../../reference/truthfile.ts';
import type { Settled } from '../record/settled.ts';
import { count } from '../stats/format.ts';
import { tap } from './abilities.ts';
import { isSame } from './answers.ts';
import type { Backend, BackendRow, Tap, Tools } from './backend.ts';
import { readLoaded } from './loaded.ts';
import { sessionOptions } from './options.ts';
import { type Broken, figuresOf, judgePieces, type MeasuredValues, type Within } from './pieces.ts';
import type { Visit } from './visit.ts';

/** What is settled: the session's backend, and the inputs by index, the failing one among them. */
export type Unsettled = {
  readonly visit: Visit;
  readonly row: BackendRow;
  readonly tools: Tools;
  readonly backend: Backend;
  readonly inputs: readonly Float32Array[];
  readonly failing: number;
  /** The output, or the stage, that is beyond its limit, and its values. */
  readonly tensor: string;
  readonly output: ArrayLike<number>;
  readonly truths: Truths;
  /** By the tools' clock, in milliseconds. */
  readonly deadline: number;
};

type How = Extract<Settled, { node: string }>['how'];

/** Which values are outputs of the session, from all to few: an output hides the defect of a fusion across it. */
type Level = { readonly how: How; readonly what: string; readonly nodes: ReadonlySet<string> };

/** The node of each stage, and of the logits, in order. */
function endsOf({ graph, names }: Read, visit: Visit): Map<string, string> {
  const nodesOf = new Map([...names].map(([node, name]) => [name, node]));
  const stages = visit.network.taps.flatMap(({ stage, name }) => {
    const node = nodesOf.get(name);
    return node === undefined ? [] : [[stage, node] as const];
  });
  return new Map([...stages, ['logits', graph.output]]);
}

function levelsOf(read: Read, visit: Visit): Level[] {
  const { graph, names } = read;
  const unfused = unfusedOf(graph);
  const levels: Level[] = [
    { how: 'nodes', what: 'every value', nodes: new Set(graph.nodes.map(({ name }) => name)) },
    { how: 'fused', what: 'the values between fusions', nodes: unfused },
    { how: 'blocks', what: 'the ends of blocks', nodes: blockEndsOf(graph, unfused) },
    { how: 'stages', what: 'the ends of stages', nodes: new Set(endsOf(read, visit).values()) },
  ];
  const seen = new Set<string>();
  return levels
    .map((level) => ({
      ...level,
      nodes: new Set([...level.nodes, graph.output].filter((node) => node !== INPUT && names.has(node))),
    }))
    .filter(({ nodes }) => {
      const key = JSON.stringify([...nodes].sort());
      return !seen.has(key) && seen.add(key);
    });
}

const tensorOf = (shape: readonly number[], data: ArrayLike<number>): Tensor => ({
  shape,
  data: Float64Array.from(data),
});

const proven = ({ piece, error, ratio }: Broken, how: How, input: number): Settled => {
  return { node: piece.at(-1)?.name ?? '', ops: piece.map(({ op }) => op), input, error, ratio, how };
};

/** Whether an output or the end of a stage is beyond its limit in these values. */
const reproduces = (read: Read, values: MeasuredValues, { visit, truths, failing }: Unsettled): boolean =>
  [...endsOf(read, visit)].some(([tensor, node]) => {
    const [truth, value] = [truths[failing]?.get(tensor), values.get(node)];
    return truth !== undefined && value !== undefined && !isRight(judge(value.data, truth));
  });

/**
 * Values that equal, in every bit, what is fused to them: some runtimes return the fused value under both names. What
 * they computed before is unknown.
 */
const aliases = ({ nodes }: Graph, values: MeasuredValues): string[] =>
  nodes.flatMap((node) => {
    const [before = ''] = node.inputs;
    const [a, b] = [values.get(before), values.get(node.name)];
    return operatorOf(node).fused && a && b && isSame(a.data, b.data) ? [before] : [];
  });

/**
 * Opens the network with a level's values as outputs, and runs the failing input; where that gives the right output,
 * again after another input. Resolves with the values, or undefined where the output is right.
 */
async function measure(read: Read, level: Level, unsettled: Unsettled): Promise<MeasuredValues | undefined> {
  const { visit, row, backend, inputs, failing } = unsettled;
  const shapes = inferShapes(read.graph, visit.batch, visit.size);
  const taps = [...level.nodes].map((node): Tap => {
    return { stage: node, name: read.names.get(node) ?? node, shape: shapes.get(node) ?? [] };
  });
  const input = inputs[failing] ?? new Float32Array(0);
  const session = await backend.open({ ...sessionOptions(visit, row).inspected, taps, inspect: false });
  try {
    for (const before of [[], inputs.filter((one) => one !== input).slice(0, 1)]) {
      for (const one of before) await session.run(session.prepare(one));
      const values = new Map<string, Tensor>();
      for (const [node, data] of await tap(session, session.prepare(input)))
        values.set(node, tensorOf(shapes.get(node) ?? [], data));
      for (const name of aliases(read.graph, values)) values.delete(name);
      if (values.size === 0) throw new Error('the backend returns no values but its output');
      values.set(INPUT, tensorOf(shapes.get(INPUT) ?? [], input));
      if (reproduces(read, values, unsettled)) return values;
    }
    return undefined;
  } finally {
    await session.close();
  }
}

/** Multiply-adds a second of the reference with its worst-case bounds, at least. */
const SPEED = 1e8;

/**
 * Holds the failing output itself to the worst case of the whole network before it. That bound is wide, but it is the
 * only one that the output of a single call can break. Undefined where it is within, or where there is no time.
 */
function wholeWrong(read: Read, unsettled: Unsettled): Settled | undefined {
  const { visit, tools, deadline, tensor, output, inputs, failing } = unsettled;
  const { graph, weights } = read;
  if (tools.now() + (visit.network.work.macs / SPEED) * 1000 > deadline) return undefined;
  const node = endsOf(read, visit).get(tensor) ?? '';
  const [piece] = between(graph, new Set([node]));
  const input = inputs[failing];
  if (piece === undefined || input === undefined) return undefined;
  const given = new Map([[INPUT, tensorOf([visit.batch, graph.channels, visit.size, visit.size], input)]]);
  const verdict = proofOf(output, rigorousFrom(piece, weights, given, precisionOf(visit.precision).arithmetic));
  return verdict === undefined || isRight(verdict)
    ? undefined
    : proven({ piece, ...figuresOf(verdict) }, 'whole', failing);
}

const lineOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/**
 * Settles an output that is beyond its limit: measures the values between nodes, and holds each piece of the network,
 * fed its own measured input, to its worst-case bound. Beyond it no right implementation computes, whatever its order of
 * summation. First with every value as an output, then with fewer, which leaves fusions intact.
 */
export async function settle(unsettled: Unsettled): Promise<Settled> {
  const { visit, row, tools, failing, deadline } = unsettled;
  await tools.phase('settle');
  let read: Read;
  try {
    read = await readLoaded(visit, row, tools);
  } catch (error) {
    return { undecided: `the loaded model cannot be read: ${lineOf(error)}` };
  }
  const notes: string[] = [];
  let odd: Within['odd'];
  let lessExact: number | undefined;
  for (const level of levelsOf(read, visit)) {
    const what = `with ${level.what} as outputs`;
    if (tools.now() > deadline) {
      notes.push(`time ended before a run ${what}`);
      break;
    }
    try {
      const values = await measure(read, level, unsettled);
      if (values === undefined) {
        notes.push(`${what}, it is right`);
        continue;
      }
      const { arithmetic } = precisionOf(visit.precision);
      const found = judgePieces(read, values, arithmetic, () => tools.now() > deadline);
      if ('piece' in found) return proven(found, level.how, failing);
      if (found.all && found.odd === undefined && level.how === 'nodes') lessExact ??= found.judged;
      odd ??= found.odd;
      const pieces = count(found.judged, 'piece');
      notes.push(
        found.ended
          ? `${what}, ${pieces} of it were within their worst case when time ended`
          : `${what}, all ${pieces} of it are within their worst case`,
      );
    } catch (error) {
      notes.push(`${what}, it does not run (${lineOf(error)})`);
    }
  }
  const whole = wholeWrong(read, unsettled);
  if (whole !== undefined) return whole;
  if (lessExact !== undefined && odd === undefined) return { lessExact };
  return {
    undecided: notes.join('; '),
    ...(odd && { odd: { node: odd.piece.at(-1)?.name ?? '', ops: odd.piece.map(({ op }) => op), ratio: odd.ratio } }),
  };
}
