import { evaluateNode } from '../../reference/evaluate.ts';
import type { Node } from '../../reference/graph.ts';
import type { Tensor } from '../../reference/tensor.ts';
import {
  BEYOND_WINOGRAD,
  type Compute,
  float32,
  further,
  isWinograd,
  type Level,
  levelOf,
  type NodeJudge,
  nodeJudge,
  WITHIN,
} from './judging.ts';
import type { Mutation } from './mutation.ts';
import { type Evaluation, inputsOf, propagate, type Subject, type Values } from './network.ts';

/** What became of a mutant. */
export type Outcome = {
  readonly network: string;
  readonly kind: string;
  readonly node: string;
  readonly op: string;
  readonly what: string;
  readonly size: number | undefined;
  /** Whether runtimes may compute the node with Winograd's algorithm. */
  readonly winograd: boolean;
  /** Whether every channel of the network is active on an input. */
  readonly alive: boolean;
  /** Proven to compute the same: see compareOn. */
  readonly equivalent: boolean;
  /** Caught at a tap or the logits; by the node alone, from its measured input; and there beyond its worst case. */
  readonly byNetwork: Level;
  readonly byNode: Level;
  readonly proven: boolean;
  /** Whether it is the first node that is beyond what right implementations do. */
  readonly located: boolean;
  /** Largest change of a logit, relative to the largest logit, on the inputs that were tried. */
  readonly moved: number;
};

/** A node to mutate, with how its output is judged on each input. */
export type Target = {
  readonly node: Node;
  readonly judges: readonly [NodeJudge, NodeJudge];
  /** Whether every node before it, and itself, pass where they are right. */
  readonly clean: boolean;
};

/** The judges of a node on both inputs. */
export function judgesOf(subject: Subject, node: Node): readonly [NodeJudge, NodeJudge] {
  const [first, second] = subject.evaluations;
  const of = ({ single }: Evaluation) => nodeJudge(node, inputsOf(node, single), subject.weights);
  return [of(first), of(second)];
}

/** The mutated node's output on an input, in float32 or float64. */
function mutated(subject: Subject, node: Node, mutation: Mutation, index: 0 | 1, compute: Compute): Tensor {
  const [first] = subject.evaluations;
  const at = compute === float32 ? 'single' : 'double';
  const { data } = mutation.compute({
    node,
    inputs: inputsOf(node, subject.evaluations[index][at]),
    weights: subject.weights,
    shape: subject.shapes.get(node.name) ?? [],
    previous: index === 0 ? undefined : first[at].get(node.name),
    right: compute,
  });
  return { shape: subject.shapes.get(node.name) ?? [], data: compute === float32 ? data.map(Math.fround) : data };
}

const joined = (a: Tensor, b: Tensor): Tensor => {
  const data = new Float64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { shape: [2, ...a.shape.slice(1)], data };
};

/** How far the taps that conformance reads are beyond what is allowed. */
function levelOfTaps(subject: Subject, index: 0 | 1, changed: Values, { scope }: Mutation): Level {
  const { single: before } = subject.evaluations[0];
  const { truths } = subject.evaluations[index];
  return [...subject.taps].reduce<Level>((most, [node, tap]) => {
    // A session that is opened for its taps returns no logits.
    if (scope === 'second session' && tap === 'logits') return most;
    const value = changed.get(node);
    const whole = before.get(node);
    if (value === undefined || whole === undefined) return most;
    const truth = (scope === 'second image' ? subject.batch : truths).get(tap);
    return truth === undefined
      ? most
      : further(most, levelOf(scope === 'second image' ? joined(whole, value) : value, truth));
  }, WITHIN);
}

/** Whether one error is larger than another, over the tensor or in a channel. */
function isLarger(moved: Tensor, from: Tensor, own: Tensor, exact: Tensor): boolean {
  const [images = 1, channels = 1] = from.shape;
  const area = from.data.length / (images * channels);
  const squares = new Float64Array(channels);
  let error = 0;
  for (let i = 0; i < from.data.length; i++) {
    const c = Math.floor(i / area) % channels;
    squares[c] = (squares[c] as number) + ((moved.data[i] as number) - (from.data[i] as number)) ** 2;
    error += ((own.data[i] as number) - (exact.data[i] as number)) ** 2;
  }
  const total = squares.reduce((sum, one) => sum + one, 0);
  return total > error || squares.some((one) => one * channels > error);
}

/** The inputs on which a mutant is wrong. */
const CALLS: { readonly [scope in Mutation['scope']]: readonly number[] } = {
  'every call': [0, 1],
  'second call': [1],
  'second session': [0],
  'second image': [1],
};

const largest = (values: ArrayLike<number>): number => {
  let top = 0;
  for (let i = 0; i < values.length; i++) top = Math.max(top, Math.abs(values[i] as number));
  return top;
};

/** A mutant of a node, and what was found of it so far. */
type Trial = {
  readonly kind: string;
  readonly mutation: Mutation;
  touched: boolean;
  byNetwork: Level;
  byNode: Level;
  proven: boolean;
  moved: number;
  same: boolean;
};

/** Runs trials on one input in float32, and judges them. */
function judgeOn(subject: Subject, { node, judges }: Target, index: 0 | 1, trials: readonly Trial[]): void {
  const { single } = subject.evaluations[index];
  const outputs = trials.map(({ mutation }) => mutated(subject, node, mutation, index, float32));
  const logits = single.get(subject.graph.output)?.data ?? new Float64Array(0);
  const own = single.get(node.name)?.data ?? new Float64Array(0);
  for (const [i, taps] of propagate(subject, single, { node, outputs }, float32).entries()) {
    const [trial, output] = [trials[i], outputs[i]];
    if (trial === undefined || output === undefined || output.data.every((value, at) => value === own[at])) continue;
    trial.byNode = further(trial.byNode, judges[index].level(output));
    trial.proven ||= judges[index].isProven(output);
    trial.touched ||= taps.size > 0 || trial.byNode > WITHIN;
    trial.byNetwork = further(trial.byNetwork, levelOfTaps(subject, index, taps, trial.mutation));
    const now = taps.get(subject.graph.output)?.data;
    if (now !== undefined)
      trial.moved = Math.max(
        trial.moved,
        largest(now.map((value, at) => value - (logits[at] as number))) / largest(logits),
      );
  }
}

/**
 * Whether trials are proven to compute the same on an input: in float64, neither the mutated node nor any tap moves by
 * more than a right float32 implementation errs there, in the whole tensor and in every channel (against its mean). No
 * judge could tell such a mutant from a right implementation.
 */
function compareOn(subject: Subject, { node, judges }: Target, index: 0 | 1, trials: readonly Trial[]): void {
  const { single, double } = subject.evaluations[index];
  const [clean, own] = [double.get(node.name), single.get(node.name)];
  if (clean === undefined || own === undefined) throw new Error(`${node.name} was not evaluated`);
  const outputs = trials.map(({ mutation }) => mutated(subject, node, mutation, index, evaluateNode));
  for (const [i, taps] of propagate(subject, double, { node, outputs }, evaluateNode).entries()) {
    const [trial, output] = [trials[i], outputs[i]];
    if (trial === undefined || output === undefined) continue;
    trial.same &&= !isLarger(output, clean, own, judges[index].exact);
    for (const [tap, moved] of taps) {
      const [from, measured] = [double.get(tap), single.get(tap)];
      if (from !== undefined && measured !== undefined) trial.same &&= !isLarger(moved, from, measured, from);
    }
  }
}

/** Movement of a logit, relative to the largest, from which on a mutant may not be missed. */
export const SEEN = 1e-4;

/** Runs a network with each of some mutants of a node, and judges them. */
export function attempt(
  subject: Subject,
  target: Target,
  mutants: readonly { readonly kind: string; readonly mutation: Mutation }[],
): Outcome[] {
  const start = {
    touched: false,
    byNetwork: WITHIN as Level,
    byNode: WITHIN as Level,
    proven: false,
    moved: 0,
    same: true,
  };
  const trials = mutants.map((mutant): Trial => ({ ...mutant, ...start }));
  const inputs = [0, 1] as const;
  const on = (index: 0 | 1, list: readonly Trial[]) =>
    list.filter(({ mutation }) => CALLS[mutation.scope].includes(index));
  judgeOn(subject, target, 0, on(0, trials));
  // What is caught in every way on the first input needs no second one.
  const open = trials.filter((one) => Math.min(one.byNetwork, one.byNode) < BEYOND_WINOGRAD || one.moved <= SEEN);
  judgeOn(subject, target, 1, on(1, open));
  const missed = trials.filter(
    ({ byNetwork, byNode, touched }) => touched && byNetwork === WITHIN && byNode === WITHIN,
  );
  for (const index of inputs) compareOn(subject, target, index, on(index, missed));
  return trials.map(({ kind, mutation, touched, byNetwork, byNode, proven, moved, same }) => ({
    network: subject.id,
    kind,
    node: target.node.name,
    op: target.node.op,
    what: mutation.what,
    size: mutation.size,
    winograd: isWinograd(target.node),
    alive: subject.alive,
    equivalent: byNetwork === WITHIN && byNode === WITHIN && (!touched || same),
    byNetwork,
    byNode,
    proven,
    located: byNode > WITHIN && target.clean,
    moved,
  }));
}
