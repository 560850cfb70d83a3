import type { Preprocessing } from './preprocessing.ts';

/** An open set of labelled images. */
export type ImageSet = {
  readonly count: number;
  /** Class of each image: from 0 to below the row's `classes`. */
  readonly labels: ArrayLike<number>;
  /** Image `i` as the network's input, float32 [3, H, W]. Decoded on request. Throws RangeError where there is none. */
  image(i: number): Float32Array | Promise<Float32Array>;
  /** SHA-256 of the pixels of all images, before they are normalised; absent where it is not known. */
  readonly sha256?: string;
};

/** Reads a file by its path (Node) or URL (page). */
export type ReadFile = (location: string) => Promise<Uint8Array>;

/** A data set of labelled images. `ID.node.ts` beside its file (a DataSetModule) finds its images. */
export type DataSetRow = {
  readonly id: string;
  readonly title: string;
  /** Number of images in the set. A machine may have only the first ones. */
  readonly images: number;
  /** Number of classes of its labels, and of the logits of a network that it can score. */
  readonly classes: number;
  /**
   * Lists the images at a location, and reads them on request. Throws where the location does not hold this set, and
   * where its images cannot be preprocessed in this way.
   */
  open(location: string, preprocessing: Preprocessing, read: ReadFile): Promise<ImageSet>;
};

/** The path of a set's images on this machine, and their number. */
export type FoundImages = { readonly path: string; readonly images: number };

/** What `ID.node.ts` exports. */
export type DataSetModule = {
  /**
   * Finds or downloads the set's images, and checks them. Throws an error with a `fix` where they cannot be obtained
   * now, and one without where a copy of them is damaged.
   */
  obtainImages(options: { readonly log: (line: string) => void }): Promise<FoundImages>;
};
