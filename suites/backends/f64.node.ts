import { evaluate } from '../../reference/evaluate.ts';
import { openModel } from '../../reference/models/load.ts';
import type { BackendModule } from '../contract/backend.ts';

/** The reference as a backend: it must score an error of exactly 0, or the suite mixes up its tensors. */
export const start: BackendModule['start'] = async (_, tools) => ({
  async open(options) {
    const { location } = options;
    const { graph, weights } =
      typeof location === 'object'
        ? location
        : (await openModel(options.source, tools.read)).at(options.batch, options.size);
    const shape = [options.batch, options.channels, options.size, options.size];
    const compute = (input: Float32Array) => evaluate(graph, weights, { shape, data: Float64Array.from(input) });
    const value = (outputs: ReturnType<typeof compute>, node: string) => outputs.get(node)?.data ?? new Float64Array(0);
    return {
      prepare: (input) => input,
      run: async (input) => value(compute(input), graph.output),
      async tap(input) {
        const outputs = compute(input);
        return new Map(options.taps.map(({ stage, name }) => [stage, value(outputs, name)]));
      },
      placement: async () => ({
        device: 'cpu',
        proof: 'plain TypeScript in this process',
        nodes: { float64: graph.nodes.length },
        numerics: 'float64 storage and arithmetic',
        threads: { asked: 1, got: 1 },
        notes: [],
      }),
      close: async () => {},
    };
  },
});
