import type { Preprocessing } from './preprocessing.ts';

/** Labelled images, opened. */
export type ImageSet = {
  readonly count: number;
  /** Class of each image: from 0 to below the row's `classes`. */
  readonly labels: ArrayLike<number>;
  /** Image `i` as the network is fed it, float32 [3, H, W]. Decoded when asked for. Throws RangeError where there is none. */
  image(i: number): Float32Array | Promise<Float32Array>;
};

/** Reads a file by its path (Node) or URL (page). */
export type ReadFile = (location: string) => Promise<Uint8Array>;

/** A set of labelled images. `ID.node.ts` beside its file finds it: a DataSetModule. */
export type DataSetRow = {
  readonly id: string;
  readonly title: string;
  /** Images that it has; there may be fewer at hand, from the first on. */
  readonly images: number;
  /** Classes that its labels number, and so the logits of a network that it can score. */
  readonly classes: number;
  /**
   * Lists what is at hand at a location, and reads images from there as they are asked for. Throws where that is none of
   * this set, and where it cannot be preprocessed so.
   */
  open(location: string, preprocessing: Preprocessing, read: ReadFile): Promise<ImageSet>;
};

/** Where a set's images are at hand, and how many. */
export type FoundImages = { readonly path: string; readonly images: number };

/** What `ID.node.ts` exports. */
export type DataSetModule = {
  /**
   * Finds the set's images, or downloads them, and checks them. Throws an error with a `fix` where they are not to be had
   * now, and one without where some copy of them is damaged.
   */
  obtainImages(options: { readonly log: (line: string) => void }): Promise<FoundImages>;
};
