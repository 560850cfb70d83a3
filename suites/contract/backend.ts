import type { PackedImages, ReadFile } from '../../reference/datasets/dataset.ts';
import type { Tapped } from '../../reference/formats/format.ts';
import type { FormatId } from '../../reference/formats/formats.ts';
import type { Graph } from '../../reference/graph.ts';
import type { ModelFile, ModelSource } from '../../reference/models/load.ts';
import type { Weights } from '../../reference/tensor.ts';
import type { Compiled } from '../record/compiled.ts';
import type { Adapter, Placement } from '../record/placement.ts';
import type { DrawImage } from './drawing.ts';

/** One runtime on one device. Pure data, so that listing imports no runtime. */
export type BackendRow = {
  readonly id: string;
  readonly host: 'node' | 'browser';
  /** The requested device, which a session must prove. */
  readonly device: 'none' | 'cpu' | 'wasm' | 'webgl' | 'webgpu' | 'webnn' | 'cuda';
  /** Format of the model files that it loads; absent where it loads none. */
  readonly format?: FormatId;
  /** The binding that imports the runtime: `backends/MODULE.HOST.ts`. */
  readonly module: string;
  /** Which of the binding's builds, providers or backends, in the binding's own names. */
  readonly variant: string;
  /** npm packages whose versions belong in a report. */
  readonly packages: readonly string[];
  /**
   * Set for the backends that test this project instead of a runtime. Only suites with the same `gaugedBy` run on them.
   */
  readonly gauges?: 'clock' | 'judge';
  /** Whether it computes in plain JavaScript, and therefore runs smaller images where a query leaves the size open. */
  readonly slow?: true;
};

/** A network in memory: the adapter exports it in its own format. */
export type Made = { readonly graph: Graph; readonly weights: Weights };

/**
 * A value that a session returns besides its output: the stage that it ends, its name in the loaded file, and its
 * shape.
 */
export type Tap = Tapped & { readonly stage: string };

/** Options for opening a session. */
export type OpenOptions = {
  /** Path (Node) or URL (page) of the model, or the network itself; undefined where the backend loads no file. */
  readonly location: string | Made | undefined;
  /** Files that the model refers to, under the names that it uses. */
  readonly external: readonly ModelFile[];
  readonly source: ModelSource;
  readonly batch: number;
  readonly channels: number;
  readonly size: number;
  /** Names of the input and of the output value. */
  readonly input: string;
  readonly output: string;
  /** Values that `tap` returns. */
  readonly taps: readonly Tap[];
  readonly threads: number;
  /** Whether the taps must first be added to the model's outputs, because the format returns only outputs. */
  readonly exposed: boolean;
  /** Whether the session should gather proof of its placement while it opens, which may cost time. */
  readonly inspect: boolean;
};

/** Calls whose inputs are already on the device and whose output stays there. */
export type ResidentCalls = {
  /** Runs the input with this index. Resolves when the device's queue has drained. */
  run(index: number): Promise<void>;
  /** The latest output, read back. */
  read(): Promise<ArrayLike<number>>;
  close(): Promise<void>;
};

export type Session = {
  /** Converts an input, [N, C, H, W], to the runtime's own layout. Called outside the clock. */
  prepare(input: Float32Array): Float32Array;
  /**
   * Runs a prepared input. Resolves with the logits [N, classes] on the host, in an array that later calls do not
   * change.
   */
  run(input: Float32Array): Promise<ArrayLike<number>>;
  /** Where the nodes ran, as far as this session can prove it. */
  placement(): Promise<Placement>;
  close(): Promise<void>;

  /** Puts prepared inputs on the session's device. */
  bind?(inputs: readonly Float32Array[]): Promise<ResidentCalls>;
  /** Why the runtime has no `bind`, where known. */
  readonly unbound?: string;
  /** Runs once and returns the taps by stage, in NCHW. */
  tap?(input: Float32Array): Promise<ReadonlyMap<string, ArrayLike<number>>>;
  /** Bytes of live tensors as the runtime reports them. */
  tensors?(): number;
};

/** A file that the page has fetched: its path, start and end in milliseconds on the harness's clock, and its size. */
export type Fetched = {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  readonly cached: boolean;
};

/** What the page has fetched and compiled since it was opened. */
export type Observed = { readonly fetched: readonly Fetched[]; readonly compiled: Compiled };

/** A thread that reads images: see Tools. */
export type ImageThread = {
  fill(first: number, count: number, to: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
};

/** What the host provides to a backend. */
export type Tools = {
  /** Monotonic clock in milliseconds. */
  now(): number;
  /** Reports to the parent which phase begins. The parent samples memory, and names the phase of a crash. */
  phase(name: string): Promise<void>;
  /** Hands a part of a suite's result to the parent, which keeps it in case that this process or page ends early. */
  part?(result: { readonly suite: string }): Promise<void>;
  /**
   * Reads images on another thread, while a runtime blocks this one. Present where the host has threads. `fill` writes the
   * images from `first` on into an array that it takes away and returns, and zeros behind them. It throws as a set's
   * `image` does.
   */
  imageThread?(packed: PackedImages): Promise<ImageThread>;
  /** Receives the phases in which no device is released on purpose: a device that goes away then is lost. */
  watch?(phases: readonly string[]): void;
  /** Bytes of a path or URL, or a part of them. Throws where the file ends before the part does. */
  readonly read: ReadFile;
  /** Decodes and draws an image file as web pages do; absent in Node. */
  readonly draw?: DrawImage;
  /** GPU objects of the page, in bytes; null where not reported, as in Node. */
  gpu(): { readonly live: number; readonly peak: number; readonly objects: number } | null;
  /** What the page has fetched and compiled so far; null in Node. */
  observed(): Observed | null;
  /** The adapter of a device; null where the host does not know it. */
  adapter(device: BackendRow['device']): Promise<Adapter | null>;
  /** Runs `action` and returns what the runtime logged meanwhile. */
  capture<T>(action: () => Promise<T>): Promise<{ value: T; log: string }>;
};

/** A runtime whose device is ready. */
export type Backend = { open(options: OpenOptions): Promise<Session> };

/**
 * What every binding exports. `start` loads the runtime and initialises the device; it calls `loaded` between the two
 * where the runtime separates them. Throws `unsupported(…)` where it cannot.
 */
export type BackendModule = { start(row: BackendRow, tools: Tools, loaded: () => void): Promise<Backend> };

/** The `loaded` of callers who do not need to separate the two. */
export const undivided = () => {};

/** An error that says that this backend does not work here, and how to get it (`fix`). */
export function unsupported(reason: string, fix: string): Error {
  return Object.assign(new Error(reason), { name: 'Unsupported', fix });
}

/** The fix of an `unsupported` error, or undefined for any other. */
export function unsupportedFix(error: unknown): string | undefined {
  return error instanceof Error && error.name === 'Unsupported' && 'fix' in error ? String(error.fix) : undefined;
}
