import { type Graph, INPUT, type Node } from '../../reference/graph.ts';
import { type Truth, truth } from '../../reference/judge/bounds.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { cutAt } from '../../reference/passes/cut.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { type Failure, type Suspect, worstOf } from './suspect.ts';

/** The truth of every node on each input. Throws where one is not finite. */
function truthsOf(graph: Graph, weights: Weights, inputs: readonly Tensor[], { arithmetic }: Suspect) {
  const every = new Map(graph.nodes.map(({ name }) => [name, name]));
  return inputs.map((input): ReadonlyMap<string, Truth> => {
    const truths = truth({ graph, weights, input }, every, arithmetic);
    for (const [name, one] of truths) requireSound(name, one);
    return truths;
  });
}

/**
 * Finds the first wrong node. Each candidate is tested as the only output of the user's own file, or of a graph, that is
 * cut there, because a tap may hide the defect of a fusion. Every input is tried in every test. Bisects over the
 * execution order, then steps back while an input is wrong. A part that the backend cannot run shows nothing.
 */
export async function firstWrong(
  graph: Graph,
  weights: Weights,
  inputs: readonly Tensor[],
  suspect: Suspect,
): Promise<Failure | undefined> {
  const truths = truthsOf(graph, weights, inputs, suspect);
  const tried = new Map<string, Promise<Failure | undefined>>();
  const test = async (name: string): Promise<Failure | undefined> => {
    const cut = cutAt(graph, name);
    // Only what the file has no name for is exported.
    const own = suspect.own?.part(name, INPUT);
    const outputs = await (own?.run(inputs) ?? suspect.run(cut, weights, inputs)).catch(({ message }: Error) => {
      suspect.log(`up to ${name} it cannot be run: ${message}`);
      return [];
    });
    for (const [index, calls] of outputs.entries()) {
      const [input, expected] = [inputs[index], truths[index]?.get(name)];
      const worst = expected && worstOf(calls, expected);
      if (input === undefined || worst === undefined) continue;
      return { graph: cut, weights, input, index, arithmetic: suspect.arithmetic, ...worst, own: own?.file };
    }
    return undefined;
  };
  const tryAt = (name: string) => {
    const known = tried.get(name) ?? test(name);
    tried.set(name, known);
    return known;
  };
  // Pooling averages a small defect away, so the ends of stages are tested before the output.
  let wrong: Failure | undefined;
  for (const name of [...graph.stages.values(), graph.output]) {
    wrong = await tryAt(name);
    if (wrong !== undefined) break;
  }
  if (wrong === undefined) return undefined;
  const wrongOutput = wrong.graph.output;
  let [low, high] = [-1, graph.nodes.findIndex((node) => node.name === wrongOutput)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const found = await tryAt((graph.nodes[middle] as Node).name);
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
