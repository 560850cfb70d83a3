import type { Node } from '../../../reference/graph.ts';
import { graphOf } from '../../../suites/fuzz/network.ts';
import type { Player } from '../../../suites/fuzz/player.ts';
import { inputOf, weightsOf } from '../../../suites/fuzz/values.ts';
import { type Defect, saboteur } from '../../saboteur.ts';

/** A player of a backend with a defect in the first node that `is` it. */
export const playing =
  (is: (node: Node) => boolean, defect: Defect): Player =>
  async (list) =>
    Promise.all(
      list.map(async (network) => {
        const run = saboteur(network.nodes.find(is)?.name ?? '', defect);
        const outputs: Float32Array[] = [];
        for (const index of [0, 1, 0])
          outputs.push(Float32Array.from(await run(graphOf(network), weightsOf(network), inputOf(network, index))));
        return { kind: 'outputs', outputs } as const;
      }),
    );

/** A player of a backend without one. */
export const right: Player = playing(
  () => false,
  () => {
    throw new Error('no node has the defect');
  },
);
