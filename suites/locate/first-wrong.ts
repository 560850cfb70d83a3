import { type Graph, INPUT, type Node } from '../../reference/graph.ts';
import { type Truth, truth } from '../../reference/judge/bounds.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { cutAt } from '../../reference/passes/cut.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { type Failure, type Outputs, type Suspect, worstOf } from './suspect.ts';

/** A network and what it is fed. */
type FedNetwork = { readonly graph: Graph; readonly weights: Weights; readonly inputs: readonly Tensor[] };

/** The truths of nodes on one input. Throws where one is not finite. */
function truthsAt({ graph, weights }: FedNetwork, input: Tensor, nodes: readonly string[], { arithmetic }: Suspect) {
  const truths = truth({ graph, weights, input }, new Map(nodes.map((name) => [name, name])), arithmetic);
  for (const [name, one] of truths) requireSound(name, one);
  return truths;
}

/**
 * The outputs of a node, which is the only output of the user's own file, or of a graph, that is cut there. A part that
 * the backend cannot run shows nothing.
 */
async function outputsAt({ graph, weights, inputs }: FedNetwork, name: string, suspect: Suspect) {
  // Only what the file has no name for is exported.
  const own = suspect.own?.part(name, INPUT);
  const cut = cutAt(graph, name);
  const running: Promise<Outputs> = own?.run(inputs) ?? suspect.run(cut, weights, inputs);
  const outputs = await running.catch(({ message }: Error) => {
    suspect.log(`up to ${name} it cannot be run: ${message}`);
    return [];
  });
  return { cut, own: own?.file, outputs };
}

/** Tests a node on every input that has truths, and returns its failure on the first that it fails on. */
async function testAt(
  network: FedNetwork,
  name: string,
  truths: readonly (ReadonlyMap<string, Truth> | undefined)[],
  suspect: Suspect,
): Promise<Failure | undefined> {
  const { cut, own, outputs } = await outputsAt(network, name, suspect);
  for (const [index, calls] of outputs.entries()) {
    const [input, expected] = [network.inputs[index], truths[index]?.get(name)];
    const worst = expected && worstOf(calls, expected);
    if (input === undefined || worst === undefined) continue;
    const { arithmetic } = suspect;
    return { graph: cut, weights: network.weights, input, index, arithmetic, ...worst, own };
  }
  return undefined;
}

/**
 * Finds the first wrong node. Each candidate is tested as the only output of the user's own file, or of a graph, that is
 * cut there, because a tap may hide the defect of a fusion. The ends of stages and the output are tested on every input,
 * and then all others on the first input that shows something wrong, while it is run among all: bisects over the
 * execution order, then steps back while an input is wrong. Throws where a truth is not finite.
 */
export async function firstWrong(network: FedNetwork, suspect: Suspect): Promise<Failure | undefined> {
  const { graph, inputs } = network;
  // Pooling averages a small defect away, so the ends of stages are tested before the output.
  const ends = [...new Set([...graph.stages.values(), graph.output])];
  const atEnds = inputs.map((input) => truthsAt(network, input, ends, suspect));
  let wrong: Failure | undefined;
  for (const name of ends) {
    wrong = await testAt(network, name, atEnds, suspect);
    if (wrong !== undefined) break;
  }
  if (wrong === undefined) return undefined;
  const { index, input } = wrong;
  const every = graph.nodes.map(({ name }) => name);
  const truths = inputs.map((_, i) => (i === index ? truthsAt(network, input, every, suspect) : undefined));
  const tried = new Map<string, Promise<Failure | undefined>>([[wrong.graph.output, Promise.resolve(wrong)]]);
  const tryAt = (name: string) => {
    const known = tried.get(name) ?? testAt(network, name, truths, suspect);
    tried.set(name, known);
    return known;
  };
  let [low, high] = [-1, every.indexOf(wrong.graph.output)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const found = await tryAt(every[middle] as string);
    if (found === undefined) low = middle;
    else [wrong, high] = [found, middle];
  }
  // Branches make the order partial, so the node that bisection found may still read a wrong value.
  for (let again = true; again; ) {
    again = false;
    const last = wrong.graph.nodes.at(-1) as Node;
    for (const name of last.inputs) {
      const before: Failure | undefined = name === INPUT ? undefined : await tryAt(name);
      if (before !== undefined) [wrong, again] = [before, true];
    }
  }
  return wrong;
}
