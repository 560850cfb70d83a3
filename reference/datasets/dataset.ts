import type { Preprocessing } from './preprocessing.ts';

/** Images left out, or equal ones: their number, and the first few. */
export type Noted = {
  readonly count: number;
  readonly first: readonly { readonly name: string; readonly reason: string }[];
};

/** The file of a pack's pixels: uint8 [count, 3, size, size], from `offset` on, `stride` bytes from one to the next. */
export type PixelFile = {
  readonly path: string;
  readonly size: number;
  readonly offset: number;
  readonly stride: number;
};

/** The pixels of a set, the digest of each image that is there, and how its values are made of bytes. */
export type PackedImages = {
  readonly file: PixelFile;
  readonly digests: readonly string[];
  readonly preprocessing: Preprocessing;
};

/** An open set of labelled images. */
export type ImageSet = {
  readonly count: number;
  /** Class of each image: from 0 to below the row's `classes`. */
  readonly labels: ArrayLike<number>;
  /** Each image's name: a file's path below the set's folder, with `/`; absent where images have none. */
  readonly names?: readonly string[];
  /** Other classes that are right too, of each image; absent where each image has one right class. */
  readonly also?: readonly (readonly number[])[];
  /** Image `i` as the network's input, float32 [3, H, W]. Decoded on request. Throws RangeError where there is none. */
  image(i: number): Float32Array | Promise<Float32Array>;
  /**
   * Writes image `i` into an array of as many values as each image of the set has (`values`), which saves memory and its
   * clearing. Present where a set can. Throws as `image` does.
   */
  into?(i: number, to: Float32Array): Promise<void>;
  readonly values?: number;
  /** Where a set's bytes are, for a host that reads them itself. */
  readonly packed?: PackedImages;
  /** SHA-256 of all images' bytes before they are normalised, of some sets with labels; absent where it is not known. */
  readonly sha256?: string;
  /** Images of the set that are left out, and images that equal others; absent where nobody looked. */
  readonly skipped?: Noted;
  readonly duplicates?: Noted;
  /** How many images are to be decoded in all; absent where all are. */
  readonly listed?: number;
  /**
   * Present while images are still being decoded, where `count` is of those that are there so far, and what is known only
   * at the end is absent. Resolves with the set once it has so many images, or all. Throws one line where decoding failed.
   */
  reach?(count: number): Promise<ImageSet>;
};

/** A part of a file: the offset of its first byte, and its length in bytes. */
export type ByteRange = { readonly start: number; readonly length: number };

/** Reads a file by its path (Node) or URL (page), or a part of it. Throws where the file ends before the part does. */
export type ReadFile = (location: string, range?: ByteRange) => Promise<Uint8Array<ArrayBuffer>>;

/** A data set of labelled images. `ID.node.ts` beside its file (a DataSetModule) finds its images. */
export type DataSetRow = {
  readonly id: string;
  readonly title: string;
  /** Number of images in the set. A machine may have only the first ones. */
  readonly images: number;
  /** Number of classes of its labels, and of the logits of a network that it can score. */
  readonly classes: number;
  /** Names of its classes, in order, as folders and files of labels have them; absent where they are not known. */
  readonly names?: readonly string[];
  /** Names of its classes for people, in order, where labels are not written so. */
  readonly titles?: readonly string[];
  /** Id of the set whose classes its labels are; absent where they are its own. */
  readonly classesOf?: string;
  /** How many images a network of that set has right, by its id: with fewer, the usual mistakes are tried. */
  readonly right?: { readonly [model: string]: number };
  /** How its images are resized and cropped for networks of that set, which take its images in their own size. */
  readonly resize?: Preprocessing['resize'];
  /**
   * Lists the images at a location, and reads them on request. Throws where the location does not hold this set, and
   * where its images cannot be preprocessed in this way.
   */
  open(location: string, preprocessing: Preprocessing, read: ReadFile): Promise<ImageSet>;
};

/** Some images of a set in several packs, each resized in another way. The first is as requested. */
export type ResizedImages = {
  /** Path of each pack, and in what it differs from the request, in words. The files are not there before `make`. */
  readonly ways: readonly { readonly changes: readonly string[]; readonly path: string }[];
  /** Paths of all files that a reader needs. */
  readonly files: readonly string[];
  /** Decodes what the cache lacks. Throws one line where that fails. */
  make(): Promise<void>;
  /** To be called when the run no longer reads them. */
  release(): Promise<void>;
};

/** The path of what a set's row opens on this machine, and the number of images. */
export type FoundImages = {
  readonly path: string;
  readonly images: number;
  /** Other files that it refers to, in the same folder. */
  readonly beside?: readonly string[];
  /** Its encoded images: their names, in order, and the folder that they are in; absent where it has none. */
  readonly files?: { readonly root: string; readonly names: readonly string[] };
  /** The set as text, where that is not the row's title and the number of images. */
  readonly title?: string;
  /** Present where they may still have to be decoded. */
  readonly decoding?: Decoding;
  /** Names of the network's classes, in order; absent where they are not known. */
  readonly classNames?: readonly string[] | undefined;
  /** Present where other ways to resize the images can be tried. */
  readonly resized?: ResizedImages;
  /** Called when the run no longer reads them. */
  release?(): Promise<void>;
};

/** Decoding that goes on only while somebody wants it, so that it disturbs no measurement. */
export type Decoding = {
  /** Whether images are still to be decoded. */
  isOpen(): boolean;
  /** Lets it go on until the returned function is called. */
  resume(): () => void;
};

/** How a set's images are to be had. */
export type ImageRequest = { readonly preprocessing: Preprocessing; readonly log: (line: string) => void };

/** What `ID.node.ts` exports. */
export type DataSetModule = {
  /**
   * Finds or downloads the set's images, and checks them. Throws an error with a `fix` where they cannot be obtained
   * now, and one without where a copy of them is damaged.
   */
  obtainImages(options: ImageRequest): Promise<FoundImages>;
};
