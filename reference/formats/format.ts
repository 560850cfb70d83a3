import type { Graph } from '../graph.ts';
import type { Weights } from '../tensor.ts';

/** A network that was read from a file, and the file's names of its input and of those nodes that it has a value of. */
export type Read = { readonly graph: Graph; readonly weights: Weights; readonly names: ReadonlyMap<string, string> };

/** What a file, if there is one, fixes of its network's input, and the network at any batch and size that it allows. */
export type NetworkFile = {
  /** Images per call, and pixels of a side; undefined where the file leaves them open. */
  readonly batch: number | undefined;
  readonly size: number | undefined;
  at(batch: number, size: number): Read;
};

/** The contents of the files that a main file refers to, by the names that it has of them. */
export type Parts = ReadonlyMap<string, Uint8Array>;

/** Reads files of one format. Both throw one line, without the file's name, on what is damaged or not supported. */
export type Reader = {
  /** The network of a main file, which gets the name. */
  open(name: string, main: Uint8Array, parts: Parts): NetworkFile;
  /** Names of the files that the main file refers to. */
  references(main: Uint8Array): string[];
};

/** A value that is read beside the output: its name in the file, and its shape, [N, C, H, W] or [N, features]. */
export type Tapped = { readonly name: string; readonly shape: readonly number[] };

/** What a file is written for: images per call, pixels of a side, and values that are read beside the output. */
export type WriteOptions = { readonly batch: number; readonly size: number; readonly taps: readonly Tapped[] };

/** A main file's content, and the files beside it by the names that it has of them. */
export type Written = {
  readonly main: Uint8Array<ArrayBuffer>;
  readonly beside: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
};

/** Writes a graph, whose values keep their names, from weights in float32. */
export type Writer = { write(graph: Graph, weights: Weights, options: WriteOptions): Written };

/**
 * A file format of networks: data and lazy code, so that a page loads the one reader or writer that it needs. Nothing
 * outside of the table names a format: whoever needs something of one asks for a member.
 */
export type Format = {
  readonly id: string;
  read(): Promise<Reader>;
  write(): Promise<Writer>;
  /** Order of an image's extents in inputs and outputs. */
  readonly layout: 'NCHW' | 'NHWC';
  /**
   * Which values a session can return: outputs alone, so that others must be made outputs in a session of their own, or
   * any value, also of the session that is measured.
   */
  readonly returns: 'outputs' | 'any value';
  /** What the main file is called where a folder is a model's own. */
  readonly main: string;
  /** Names of what an export has beside its main file. */
  readonly beside: readonly string[];
  /** Path of an export's main file, from the folder of exports; `name` tells model and form, `shape` batch and size. */
  exportPath(name: string, shape: string): string;
  /** How a person's own file is known. */
  readonly own: {
    /** The main file's ending, in lower case. */
    readonly extension: `.${string}`;
    /** Whether its folder names it, as the main file of every model is called the same. */
    readonly byFolder: boolean;
    /** Whether it may refer to one file by several names. */
    readonly aliases: boolean;
    /** What a person may give, for messages. */
    readonly text: string;
  };
};
