import type { Node } from '../../reference/graph.ts';
import { hashName, random } from '../../reference/random.ts';
import { attempt, judgesOf, type Outcome } from './attempt.ts';
import { WITHIN } from './judging.ts';
import type { Kind, Site } from './mutation.ts';
import type { Subject } from './network.ts';

/** How active each channel of a node is: the squares of what a ReLU that reads it lets pass, otherwise of its values. */
function activityOf({ graph, evaluations, shapes }: Subject, node: Node): Float64Array {
  const rectified = graph.nodes.some(({ op, inputs }) => op === 'Relu' && inputs[0] === node.name);
  const [images = 1, channels = 1] = shapes.get(node.name) ?? [];
  const activity = new Float64Array(channels);
  for (const { single } of evaluations) {
    const data = single.get(node.name)?.data ?? new Float64Array(0);
    const area = data.length / (images * channels);
    for (const [i, value] of data.entries()) {
      const c = Math.floor(i / area) % channels;
      if (!rectified || value > 0) activity[c] = (activity[c] as number) + value * value;
    }
  }
  return activity;
}

/** What is drawn at a node by a seed. */
function siteOf(subject: Subject, node: Node, seed: string): Site {
  const next = random(hashName(`${seed}/${subject.id}/${node.name}`));
  const draw = (below: number) => Math.floor(next() * below);
  const shape = subject.shapes.get(node.name) ?? [];
  const activity = activityOf(subject, node);
  return {
    node,
    weights: subject.weights,
    shape,
    channels: [...new Set([draw(shape[1] ?? 1), activity.indexOf(Math.min(...activity))])],
    draw,
    refolded: (epsilon) => subject.refolded(node.name, epsilon),
  };
}

/** What a campaign tries: these kinds, at this share of the nodes. */
export type Plan = { readonly kinds: readonly Kind[]; readonly share: number; readonly seed: number };

/** Outcomes of a network's mutants, and the right nodes and taps that were found beyond what is allowed. */
export type Campaign = { readonly outcomes: Outcome[]; readonly alarms: string[] };

/** Tries every kind of mutant at the nodes of a network, in order. */
export function campaign(subject: Subject, { kinds, share, seed }: Plan, tell: (line: string) => void): Campaign {
  const outcomes: Outcome[] = [];
  const alarms: string[] = [];
  const choose = random(hashName(`${seed}/${subject.id}`));
  const nodes = subject.graph.nodes.filter(({ op }) => op !== 'Flatten');
  for (const [index, node] of nodes.entries()) {
    if (choose() >= share) continue;
    const judges = judgesOf(subject, node);
    const isRight = judges.every((judge, i) => {
      const value = subject.evaluations[i]?.single.get(node.name);
      return value !== undefined && judge.level(value) === WITHIN;
    });
    if (!isRight) alarms.push(node.name);
    const site = siteOf(subject, node, `${seed}`);
    const target = { node, judges, clean: alarms.length === 0 };
    const mutants = kinds.flatMap((kind) => kind.mutants(site).map((mutation) => ({ kind: kind.id, mutation })));
    outcomes.push(...attempt(subject, target, mutants));
    tell(`${subject.id}: node ${index + 1} of ${nodes.length}, ${outcomes.length} mutants`);
  }
  return { outcomes, alarms };
}
