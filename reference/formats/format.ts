import type { Graph } from '../graph.ts';
import type { Weights } from '../tensor.ts';

/**
 * A network read from a file, and the names that the file has for its input and its nodes' values, where it has them.
 */
export type Read = { readonly graph: Graph; readonly weights: Weights; readonly names: ReadonlyMap<string, string> };

/**
 * What a file fixes of its network's input, and functions that give the network at any batch and size that it allows.
 */
export type NetworkFile = {
  /** Images per call, and pixels of a side; undefined where the file leaves them open. */
  readonly batch: number | undefined;
  readonly size: number | undefined;
  at(batch: number, size: number): Read;
  /** The same for a piece of a network, whose output may be an image too. */
  pieceAt(batch: number, size: number): Read;
};

/** The contents of the files that a main file refers to, by their names in it. */
export type Parts = ReadonlyMap<string, Uint8Array>;

/** Reads files of one format. Both throw one line, without the file's name, on what is damaged or not supported. */
export type Reader = {
  /** Reads the network of a main file, and gives it the name. */
  open(name: string, main: Uint8Array, parts: Parts): NetworkFile;
  /** Names of the files that the main file refers to. */
  references(main: Uint8Array): string[];
};

/**
 * A value that is read in addition to the output: its name in the file, and its shape, [N, C, H, W] or [N, features].
 */
export type Tapped = { readonly name: string; readonly shape: readonly number[] };

/** Options for writing a file: images per call, pixels per side, and values that are read in addition to the output. */
export type WriteOptions = { readonly batch: number; readonly size: number; readonly taps: readonly Tapped[] };

/** A main file's content, and the files beside it, by their names in it. */
export type Written = {
  readonly main: Uint8Array<ArrayBuffer>;
  readonly beside: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
};

/** A part of a file: what computes `output` from `source`, or from the file's input where there is none. */
export type Cut = { readonly source: Tapped | undefined; readonly output: Tapped };

/** Writes files of one format. */
export type Writer = {
  /** Writes a graph, whose values keep their names, from weights in float32. */
  write(graph: Graph, weights: Weights, options: WriteOptions): Written;
  /**
   * A main file that holds only a part of another one, unchanged, beside the same files. Undefined where the part reads
   * the file's input beside its source.
   */
  cut(main: Uint8Array, cut: Cut): Uint8Array<ArrayBuffer> | undefined;
};

/**
 * A file format of networks: data and lazily loaded code, so that a page loads only the reader or writer that it needs.
 * Nothing outside of the table names a format: code that needs a property of one reads a member of its row.
 */
export type Format = {
  readonly id: string;
  read(): Promise<Reader>;
  write(): Promise<Writer>;
  /** Order of an image's dimensions in inputs and outputs. */
  readonly layout: 'NCHW' | 'NHWC';
  /**
   * Which values a session can return: outputs only, so that other values must be made outputs in a separate session;
   * or any value, even in the measured session.
   */
  readonly returns: 'outputs' | 'any value';
  /** Name of the main file in a model's own folder. */
  readonly main: string;
  /** Names of an export's files beside its main file. */
  readonly beside: readonly string[];
  /**
   * Path of an export's main file, relative to the folder of exports. `name` identifies model and precision, `shape`
   * batch and size.
   */
  exportPath(name: string, shape: string): string;
  /** How a custom model's file is recognised. */
  readonly own: {
    /** The main file's ending, in lower case. */
    readonly extension: `.${string}`;
    /** Whether the model is named by its folder, since all main files have the same name. */
    readonly byFolder: boolean;
    /** Whether it may refer to one file by several names. */
    readonly aliases: boolean;
    /** What a user may give, for messages. */
    readonly text: string;
  };
};
