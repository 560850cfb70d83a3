import { addOutputs, outputFields, writeOnnx } from '../../reference/formats/onnx/write.ts';
import type { Backend, BackendRow, OpenOptions, ResidentCalls, Session, Tools } from '../contract/backend.ts';
import type { Placement } from '../record/placement.ts';

/** Versions before 1.16 have only `data`. */
export type OrtTensor = {
  readonly dims: readonly number[];
  readonly data?: unknown;
  getData?(): Promise<unknown>;
  dispose?(): void;
};
type OrtSession = {
  run(
    feeds: { [name: string]: OrtTensor },
    fetches: readonly string[] | { [name: string]: OrtTensor },
  ): Promise<{ [name: string]: OrtTensor }>;
  release?(): Promise<void>;
};
/** The common API of onnxruntime-node and onnxruntime-web, as far as it is used here. */
export type OrtLibrary = {
  InferenceSession: { create(model: never, options: object): Promise<OrtSession> };
  Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
};

/** The values of a tensor on the host. */
export const valuesOf = async (tensor: OrtTensor | undefined): Promise<unknown> => tensor?.getData?.() ?? tensor?.data;

type OrtFacts = Pick<Placement, 'adapter' | 'threads'> & Required<Pick<Placement, 'features' | 'numerics'>>;

/** A build's device memory, for tensors that stay there between calls. */
export type OrtMemory = {
  /** Makes a tensor with these values on the device. The caller disposes of it. */
  put(data: Float32Array, dims: readonly number[]): OrtTensor;
  /** Resolves when the device's queue has drained. */
  drained(): Promise<void>;
  read(tensor: OrtTensor): Promise<Float32Array>;
};

/** What differs between the builds. */
export type OrtBuild = {
  /** The requested execution provider, and its names in the placement log: versions may have several implementations. */
  readonly provider: string;
  readonly nodesOn: readonly string[];
  /** Options of every session. */
  readonly options: (threads: number) => object;
  /** Facts that are not in the log. */
  readonly facts: (threads: number) => Promise<OrtFacts>;
  /** False where the build writes no placement log. */
  readonly logs: boolean;
  /** Whether it reads the files that a model refers to, given the model's path. */
  readonly findsFiles: boolean;
  /** Converts a file's name in the model to the key that the build expects. */
  readonly keyOf: (name: string) => string;
  readonly notes: readonly string[];
  /** Memory for inputs and outputs that stay on the device, or why there is none that a caller can wait for. */
  readonly memory: (() => Promise<OrtMemory>) | string;
};

/**
 * Nodes by execution provider, from the lines that ONNX Runtime writes at log level 0 when a session is created
 * (`TransformGraph` in core/session/inference_session.cc).
 */
export function parsePlacement(log: string): { [provider: string]: number } {
  const nodes: { [provider: string]: number } = {};
  for (const [, provider = '', count] of log.matchAll(/placed on \[(\w+)\]\. Number of nodes: (\d+)/g))
    nodes[provider] = (nodes[provider] ?? 0) + Number(count);
  return nodes;
}

/**
 * Number of copies between devices that it inserted into the network, from the same log (`AddCopyNode` in
 * core/optimizer/transformer_memcpy.cc).
 */
export const countCopies = (log: string): number =>
  [...log.matchAll(/Add Memcpy(?:From|To)Host (?:before|after) /g)].length;

/** Implements `bind`: keeps a session's inputs and output on the device between calls. */
const binding =
  (session: OrtSession, options: OpenOptions, open: () => Promise<OrtMemory>) =>
  async (inputs: readonly Float32Array[]): Promise<ResidentCalls> => {
    const memory = await open();
    const tensors = inputs.map((data) => memory.put(data, dimsOf(options)));
    // The graph's output shape may be symbolic, so one call finds the numbers.
    const { [options.output]: sample } = await session.run({ [options.input]: tensors[0] as OrtTensor }, [
      options.output,
    ]);
    const shape = sample?.dims ?? [];
    sample?.dispose?.();
    const output = memory.put(new Float32Array(shape.reduce((size, extent) => size * extent, 1)), shape);
    return {
      async run(index) {
        await session.run({ [options.input]: tensors[index] as OrtTensor }, { [options.output]: output });
        await memory.drained();
      },
      read: () => memory.read(output),
      async close() {
        for (const tensor of [...tensors, output]) tensor.dispose?.();
      },
    };
  };

/** Shape of an input. */
const dimsOf = ({ batch, channels, size }: OpenOptions): readonly number[] => [batch, channels, size, size];

/** The adapter of ONNX Runtime, for any of its builds. */
export function ortBackend(library: OrtLibrary, build: OrtBuild, row: BackendRow, tools: Tools): Backend {
  async function create(options: OpenOptions): Promise<{ session: OrtSession; log: string }> {
    const { location, taps, exposed } = options;
    if (location === undefined) throw new Error('no model was given');
    const source =
      typeof location === 'string'
        ? location
        : writeOnnx(location.graph, location.weights, options.batch, options.size);
    const model = exposed
      ? addOutputs(
          typeof source === 'string' ? await tools.read(source) : source,
          outputFields(taps.filter(({ name }) => name !== options.output)),
        )
      : source;
    // Node's build finds them itself where it gets a path.
    const external = build.findsFiles && typeof model === 'string' ? [] : options.external;
    // A model may refer to one file under many names.
    const contents = new Map<string, Promise<Uint8Array>>();
    for (const { path } of external) if (!contents.has(path)) contents.set(path, tools.read(path));
    const externalData = await Promise.all(
      external.map(async ({ name, path }) => ({ path: build.keyOf(name), data: await contents.get(path) })),
    );
    const settings = {
      ...(externalData.length > 0 ? { externalData } : {}),
      executionProviders: [build.provider],
      graphOptimizationLevel: 'all',
      ...build.options(options.threads),
    };
    const open = (extra: object) => library.InferenceSession.create(model as never, { ...settings, ...extra });
    if (!options.inspect || !build.logs) return { session: await open({}), log: '' };
    const { value, log } = await tools.capture(() => open({ logSeverityLevel: 0, logVerbosityLevel: 0 }));
    return { session: value, log };
  }

  return {
    async open(options): Promise<Session> {
      const { session, log } = await create(options);
      const dims = dimsOf(options);
      const run = async (data: Float32Array, fetches: readonly string[]) => {
        const input = new library.Tensor('float32', data, dims);
        const outputs = await session.run({ [options.input]: input }, fetches);
        const read = await Promise.all(fetches.map(async (name) => (await valuesOf(outputs[name])) as Float32Array));
        for (const name of fetches) outputs[name]?.dispose?.();
        input.dispose?.();
        return read;
      };
      return {
        prepare: (input) => input,
        run: async (input) => (await run(input, [options.output]))[0] as Float32Array,
        ...(typeof build.memory === 'string'
          ? { unbound: build.memory }
          : { bind: binding(session, options, build.memory) }),
        async tap(input) {
          // The output is first: a network may have no stages.
          const { taps, output } = options;
          const values = await run(input, [output, ...taps.map(({ name }) => name)]);
          return new Map(taps.map(({ stage }, i) => [stage, values[i + 1] as Float32Array]));
        },
        async placement() {
          const nodes = parsePlacement(log);
          const elsewhere = Object.entries(nodes).filter(([name]) => !build.nodesOn.includes(name));
          const proven = Object.keys(nodes).length > 0;
          return {
            device:
              elsewhere.length === 0 && (proven || !build.logs)
                ? row.device
                : elsewhere.length > 0
                  ? `${row.device}+cpu`
                  : 'unknown',
            proof: build.logs
              ? proven
                ? 'placement log'
                : 'none: the session wrote no placement log'
              : `this build has no other provider than ${build.provider}`,
            nodes,
            ...(proven
              ? { fallbacks: elsewhere.reduce((sum, [, count]) => sum + count, 0), copies: countCopies(log) }
              : {}),
            ...(await build.facts(options.threads)),
            notes: [...build.notes],
          };
        },
        close: async () => session.release?.(),
      };
    },
  };
}
