import type { Preprocessing } from '../../reference/datasets/preprocessing.ts';
import type { ModelFile, ModelSource } from '../../reference/models/load.ts';
import type { PrecisionForm } from '../../reference/precisions/notation.ts';
import type { Placement } from '../record/placement.ts';
import type { Network } from './network.ts';

/** Distinct inputs that calls alternate between, so that a stale result shows. */
export const INPUTS = 2;

/** The file that a backend loads. */
export type LoadedModel = {
  /** Path (Node) or URL (page). */
  readonly path: string;
  /** Files that it refers to, by the names that it has of them. */
  readonly external: readonly ModelFile[];
  /** Of all of them. */
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
  /** Id of the data set. */
  readonly dataset: string;
  /** Path (Node) or URL (page) of what the data set's row opens. */
  readonly path: string;
  /** What is at hand of the set, in words. */
  readonly name: string;
  /** What the network was trained to be fed of them. */
  readonly preprocessing: Preprocessing;
  /** PyTorch's predicted class of each image, from the first on; absent where none is known. */
  readonly predictions?: readonly number[] | undefined;
};

/** One session's work in one process or page: the cells that differ in nothing but their suite. */
export type Visit = Workload & {
  readonly suites: readonly string[];
  /** Suites that are measured with them, asked or not. */
  readonly always: readonly string[];
  readonly round: number;
  /** What the visit should take; samples and taps are given up to keep it. */
  readonly budgetMs: number;
  /** Untimed calls before sampling, the first two among them. */
  readonly warmup: number;
  /** Timed calls wanted, and the most time to spend on them. */
  readonly samples: number;
  readonly samplingMs: number;
  /** Path (Node) or URL (page) of the file of truths; absent where the suites compare with none. */
  readonly truth?: string | undefined;
  readonly images?: LabelledImages | undefined;
};

/** A suite's result on its way, as `run.ts` measures it: the suite's row completes it to what the run file holds. */
export type Measured = { readonly suite: string };

/** What a visit sends back: the results that it reached, in order. */
export type VisitResult<M extends Measured = Measured> = {
  readonly placement: Placement;
  readonly results: readonly M[];
};
