import { type GraphModel, writeGraphModel } from '../../reference/formats/graph-model/write.ts';
import { swapInner } from '../../reference/layout.ts';
import type { Backend, BackendRow, OpenOptions, ResidentCalls, Session } from '../contract/backend.ts';
import type { Placement } from '../record/placement.ts';

type TfTensor = { readonly shape: readonly number[]; data(): Promise<ArrayLike<number>>; dispose(): void };
/** The part of @tensorflow/tfjs-core that is used here. */
export type TfLibrary = {
  tensor4d(data: Float32Array, shape: [number, number, number, number]): TfTensor;
  getBackend(): string;
  memory(): { numBytes: number; numBytesInGPU?: number };
  profile(action: () => unknown): Promise<{ kernels: readonly { name: string }[] }>;
};
export type TfModel = {
  execute(input: TfTensor, outputs: string | string[]): TfTensor | TfTensor[];
  dispose(): void;
};

/** A graph model in memory, as `tf.loadGraphModel` takes it from a handler's `load`. */
export type Artefacts = {
  readonly format: string;
  readonly modelTopology: object;
  readonly weightSpecs: readonly object[];
  readonly weightData: ArrayBuffer;
};

export function artefacts({ json, weights }: GraphModel): Artefacts {
  const { format, modelTopology, weightsManifest } = json;
  return {
    format,
    modelTopology,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: weights.buffer,
  };
}

/** What differs between Node and the page. */
export type TfBinding = {
  readonly tf: TfLibrary;
  /** The name that tf.getBackend() must return. */
  readonly backend: string;
  load(source: string | Artefacts): Promise<TfModel>;
  facts(): Promise<
    Pick<Placement, 'adapter' | 'threads' | 'notes'> & Required<Pick<Placement, 'features' | 'numerics'>>
  >;
  /** Resolves when the device's queue has drained; or why that cannot be known. */
  readonly drained: (() => Promise<void>) | string;
};

const permute = (data: ArrayLike<number>, n: number, outer: number, inner: number): Float32Array =>
  swapInner(data, { n, outer: outer, inner: inner }, new Float32Array(n * outer * inner));

const first = (outputs: TfTensor | TfTensor[]): TfTensor => (Array.isArray(outputs) ? outputs[0] : outputs) as TfTensor;

/** Implements `bind`: keeps a model's inputs and output on the device between calls. */
const binding =
  (model: TfModel, name: string, feed: (data: Float32Array) => TfTensor, drained: () => Promise<void>) =>
  async (inputs: readonly Float32Array[]): Promise<ResidentCalls> => {
    const tensors = inputs.map(feed);
    let output: TfTensor | undefined;
    const run = async (index: number) => {
      output?.dispose();
      output = first(model.execute(tensors[index] as TfTensor, name));
      await drained();
    };
    // A tensor stays in host memory until a kernel first needs it.
    for (const index of tensors.keys()) await run(index);
    return {
      run,
      read: async () => (await output?.data()) ?? [],
      async close() {
        for (const tensor of [...tensors, output]) tensor?.dispose();
      },
    };
  };

/** The adapter of TF.js with a graph model, for any of its backends and hosts. */
export function tfjsBackend({ tf, backend, load, facts, drained }: TfBinding, row: BackendRow): Backend {
  return {
    async open(options: OpenOptions): Promise<Session> {
      const { location } = options;
      if (location === undefined) throw new Error('no model was given');
      const model = await load(
        typeof location === 'string'
          ? location
          : artefacts(writeGraphModel(location.graph, location.weights, options.size)),
      );
      let kernels: { [name: string]: number } = {};
      const feed = (data: Float32Array) =>
        tf.tensor4d(data, [options.batch, options.size, options.size, options.channels]);
      return {
        prepare: (input) => permute(input, options.batch, options.channels, options.size * options.size),
        async run(data) {
          const input = feed(data);
          const output = first(model.execute(input, options.output));
          const values = await output.data();
          input.dispose();
          output.dispose();
          return values;
        },
        ...(typeof drained === 'string'
          ? { unbound: drained }
          : { bind: binding(model, options.output, feed, drained) }),
        async tap(data) {
          const input = feed(data);
          // The output is first: a network may have no stages, and its last kernels count too.
          const wanted = [options.output, ...options.taps.map(({ name }) => name)];
          let outputs: TfTensor[] = [];
          // Returns nothing, since tf.profile may treat a result as tensors to keep.
          const { kernels: ran } = await tf.profile(() => {
            outputs = [model.execute(input, wanted)].flat();
          });
          kernels = {};
          // Names that end in __op belong to the functions that call the kernels.
          for (const { name } of ran) if (!name.endsWith('__op')) kernels[name] = (kernels[name] ?? 0) + 1;
          const taps = new Map<string, ArrayLike<number>>();
          for (const [i, { stage }] of options.taps.entries()) {
            const tensor = outputs[i + 1] as TfTensor;
            const [n = 1, h = 1, w = 1, c = 1] = tensor.shape;
            taps.set(stage, permute(await tensor.data(), n, h * w, c));
            tensor.dispose();
          }
          outputs[0]?.dispose();
          input.dispose();
          return taps;
        },
        async placement() {
          const actual = tf.getBackend();
          const known = Object.keys(kernels).length > 0;
          return {
            device: actual === backend ? row.device : actual,
            proof: known ? 'tf.getBackend and kernel profile' : 'tf.getBackend',
            nodes: kernels,
            ...(await facts()),
          };
        },
        tensors: () => tf.memory().numBytesInGPU ?? tf.memory().numBytes,
        close: async () => model.dispose(),
      };
    },
  };
}
