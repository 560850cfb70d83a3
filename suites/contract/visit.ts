import type { Preprocessing } from '../../reference/datasets/preprocessing.ts';
import type { ModelFile, ModelSource } from '../../reference/models/load.ts';
import type { PrecisionForm } from '../../reference/precisions/notation.ts';
import type { Placement } from '../record/placement.ts';
import type { Network } from './network.ts';

/** Number of distinct inputs that calls alternate between, so that a stale result is detected. */
export const INPUTS = 2;

/** The file that a backend loads. */
export type LoadedModel = {
  /** Path (Node) or URL (page). */
  readonly path: string;
  /** Files that it refers to, under the names that it uses. */
  readonly external: readonly ModelFile[];
  /** Bytes of all these files. */
  readonly bytes: number;
};

/** A network to run, and where this host reads its files. */
export type Workload = PrecisionForm & {
  readonly source: ModelSource;
  readonly network: Network;
  /** Images per call. */
  readonly batch: number;
  /** Input height and width, in pixels. */
  readonly size: number;
  readonly threads: number;
  /** Absent where the backend loads no file. */
  readonly model?: LoadedModel | undefined;
};

/** Images of a data set that a trained network is scored on. */
export type LabelledImages = {
  /** Id of the data set; undefined for a folder of images that the user gave. */
  readonly dataset: string | undefined;
  /** Path (Node) or URL (page) of what the data set's row opens. */
  readonly path: string;
  /** The available part of the set, as text. */
  readonly name: string;
  /**
   * URL (page) of the folder of the encoded images, with a slash at its end; absent where there are none, and where this
   * visit is not to draw them.
   */
  readonly files?: string | undefined;
  /** Names of the classes of a folder that the user gave, in order; absent where they are not known. */
  readonly classNames?: readonly string[] | undefined;
  /** What the network was trained to be fed of them. */
  readonly preprocessing: Preprocessing;
  /** PyTorch's predicted class of each image, from the first on; absent where none is known. */
  readonly predictions?: readonly number[] | undefined;
  /** Class of each image that this visit classifies, in order, as an earlier backend of the run gave it, where one did. */
  readonly earlier?: readonly number[] | undefined;
  /** The share of the images that should be correct, as published or counted; absent where nobody knows. */
  readonly expected?: number | undefined;
  /** Which part of the images to classify, `index` from 1; absent for all. */
  readonly part?: { readonly index: number; readonly of: number } | undefined;
  /** The first images of the part, as a visit classified them that was interrupted; absent where none did. */
  readonly before?: ClassifiedBefore | undefined;
  /**
   * Some of the images as packs, each resized in another way, the first as requested. A visit that explains a score reads
   * them; they are made before it. Absent where the images are not resized.
   */
  readonly resized?: readonly { readonly changes: readonly string[]; readonly path: string }[] | undefined;
  /** Whether this visit explains the score of an earlier one, and does nothing else. */
  readonly explains?: true;
};

/** What an interrupted visit says of images: a part of accuracy's result. */
export type ClassifiedBefore = {
  /** The number of the first image, and how many follow it. */
  readonly first: number;
  readonly images: number;
  readonly top1: number;
  readonly top5: number;
  readonly nonfinite: number;
  readonly differs: readonly { readonly image: number; readonly expected: number; readonly got: number }[];
  readonly answers: readonly number[];
  /** Encoded float32. */
  readonly confidences: readonly string[];
  readonly margins: readonly string[];
};

/** The work of one session in one process or page: the cells that differ only in their suite. */
export type Visit = Workload & {
  readonly suites: readonly string[];
  /** Suites that are measured in addition, requested or not. */
  readonly always: readonly string[];
  readonly round: number;
  /** Number of rounds that are planned. */
  readonly rounds: number;
  /** How long the visit should take. Samples and taps are skipped to keep it. */
  readonly budgetMs: number;
  /** How long it may take before its host ends it. */
  readonly limitMs: number;
  /** Warm-up calls before sampling, including the first two. */
  readonly warmup: number;
  /** Wanted number of timed calls, and the time limit for them. */
  readonly samples: number;
  readonly samplingMs: number;
  /** Path (Node) or URL (page) of the file of truths; absent where the suites need none. */
  readonly truth?: string | undefined;
  readonly images?: LabelledImages | undefined;
};

/** A suite's result as `run.ts` measures it. The suite's row completes it to what the run file holds. */
export type Measured = { readonly suite: string };

/** What a visit returns: the results that it completed, in order. */
export type VisitResult<M extends Measured = Measured> = {
  readonly placement: Placement;
  readonly results: readonly M[];
};
