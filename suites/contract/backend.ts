import type { Tapped } from '../../reference/formats/format.ts';
import type { FormatId } from '../../reference/formats/formats.ts';
import type { Graph } from '../../reference/graph.ts';
import type { ModelFile, ModelSource } from '../../reference/models/load.ts';
import type { Weights } from '../../reference/tensor.ts';
import type { Compiled } from '../record/compiled.ts';
import type { Placement } from '../record/placement.ts';

/** One runtime on one device: data, so that listing imports no runtime. */
export type BackendRow = {
  readonly id: string;
  readonly host: 'node' | 'browser';
  /** The device asked for, which a session must prove. */
  readonly device: 'none' | 'cpu' | 'wasm' | 'webgl' | 'webgpu' | 'webnn' | 'cuda';
  /** Format of the files that it loads; absent where it loads none. */
  readonly format?: FormatId;
  /** Binding that imports the runtime: `backends/MODULE.HOST.ts`. */
  readonly module: string;
  /** Which of the binding's builds, providers or backends: the binding's own word. */
  readonly variant: string;
  /** npm packages whose versions belong in a report. */
  readonly packages: readonly string[];
  /** What of this project it tests instead of a runtime: only suites that such a backend gauges are asked of it. */
  readonly gauges?: 'clock' | 'judge';
};

/** A network that was made where it runs: the adapter exports it in its own format. */
export type Made = { readonly graph: Graph; readonly weights: Weights };

/** A value that a session returns beside its output: the stage that it ends, its name in the loaded file, its shape. */
export type Tap = Tapped & { readonly stage: string };

/** What a session is opened with. */
export type OpenOptions = {
  /** Path (Node) or URL (page) of the model, or the network itself; undefined where the backend loads no file. */
  readonly location: string | Made | undefined;
  /** Files that the model refers to, by the names that it has of them. */
  readonly external: readonly ModelFile[];
  readonly source: ModelSource;
  readonly batch: number;
  readonly channels: number;
  readonly size: number;
  /** Name of the input, and of the value that is the answer. */
  readonly input: string;
  readonly output: string;
  /** Values that `tap` returns. */
  readonly taps: readonly Tap[];
  readonly threads: number;
  /** Whether the taps must be made outputs of the model first: the format returns nothing else, and the file has them not. */
  readonly exposed: boolean;
  /** Whether the session should gather proof of placement while it opens, which may cost time. */
  readonly inspect: boolean;
};

/** Calls whose inputs are on the device already and whose output stays there. */
export type ResidentCalls = {
  /** Runs one of the inputs, by its index, and resolves when the device has nothing left to do. */
  run(index: number): Promise<void>;
  /** The latest output, read back. */
  read(): Promise<ArrayLike<number>>;
  close(): Promise<void>;
};

export type Session = {
  /** The input in the runtime's own layout: [N, C, H, W] in, outside the clock. */
  prepare(input: Float32Array): Float32Array;
  /** Runs a prepared input and resolves with the logits [N, classes] on the host, an array that later calls leave alone. */
  run(input: Float32Array): Promise<ArrayLike<number>>;
  /** Where the nodes ran, as far as this session can prove it. */
  placement(): Promise<Placement>;
  close(): Promise<void>;

  /** Puts prepared inputs where the session computes. */
  bind?(inputs: readonly Float32Array[]): Promise<ResidentCalls>;
  /** Why the runtime cannot do so, where it is known. */
  readonly unbound?: string;
  /** Runs once and returns the taps by stage, in NCHW. */
  tap?(input: Float32Array): Promise<ReadonlyMap<string, ArrayLike<number>>>;
  /** Bytes of live tensors as the runtime reports them. */
  tensors?(): number;
};

/** A file that the page has fetched: its path, when in milliseconds on the harness's clock, and its size. */
export type Fetched = {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  readonly cached: boolean;
};

/** What the page has fetched and compiled since it was opened. */
export type Observed = { readonly fetched: readonly Fetched[]; readonly compiled: Compiled };

/** What the host lends a backend. */
export type Tools = {
  /** Monotonic clock in milliseconds. */
  now(): number;
  /** Tells the parent which phase begins; it samples memory and reports the phase of a crash. */
  phase(name: string): Promise<void>;
  /** Told the phases in which no device is given back on purpose, so that one that goes then counts as lost. */
  watch?(phases: readonly string[]): void;
  /** Bytes of a path or URL. */
  read(location: string): Promise<Uint8Array<ArrayBuffer>>;
  /** What the page's GPU libraries hold, in bytes; null where nothing tells, as in Node. */
  gpu(): { readonly live: number; readonly peak: number; readonly objects: number } | null;
  /** What the page has done so far; null in Node, where nothing tells. */
  observed(): Observed | null;
  /** Runs `action` and returns what the runtime wrote to its log meanwhile. */
  capture<T>(action: () => Promise<T>): Promise<{ value: T; log: string }>;
};

/** A runtime whose device is ready. */
export type Backend = { open(options: OpenOptions): Promise<Session> };

/**
 * What every binding exports: loads its runtime and readies the device, and calls `loaded` between the two where the
 * runtime separates them. Throws `unsupported(…)` where it cannot.
 */
export type BackendModule = { start(row: BackendRow, tools: Tools, loaded: () => void): Promise<Backend> };

/** For callers who do not tell the two apart. */
export const undivided = () => {};

/** An error that means: this backend does not exist here, and this is how to get it. */
export function unsupported(reason: string, fix: string): Error {
  return Object.assign(new Error(reason), { name: 'Unsupported', fix });
}

/** The fix of an `unsupported` error, or undefined for any other. */
export function unsupportedFix(error: unknown): string | undefined {
  return error instanceof Error && error.name === 'Unsupported' && 'fix' in error ? String(error.fix) : undefined;
}
