import type { ModelFile, ModelSource } from '../../reference/models/load.ts';
import type { Placement } from '../record/record.ts';
import type { Network } from './network.ts';

/** The forms of the network that a precision names. */
export const PRECISIONS = {
  /** Batch normalisation folded into the convolutions, as PyTorch's ONNX exporter and TensorFlow's converter do. */
  fp32: { fold: true },
  /** Batch normalisation as its own operator, as the network is written. */
  'fp32-bn': { fold: false },
} as const;
export type Precision = keyof typeof PRECISIONS;

/** Distinct inputs that calls alternate between, so that a stale result shows. */
export const INPUTS = 2;

/** One session's work in one process or page: the cells that differ in nothing but their suite. */
export type Visit = {
  readonly backend: string;
  /** The model, its files where this host reads them. */
  readonly source: ModelSource;
  readonly network: Network;
  readonly precision: string;
  readonly batch: number;
  readonly size: number;
  readonly suites: readonly string[];
  /** Suites that are measured with them, asked or not. */
  readonly always: readonly string[];
  readonly round: number;
  readonly threads: number;
  /** Milliseconds that the visit should take; samples and taps are given up to keep it. */
  readonly budget: number;
  /** Untimed calls of `latency` before sampling, the two of `startup` among them. */
  readonly warmup: number;
  /** Samples wanted of `latency`, and the most milliseconds to spend on them. */
  readonly samples: number;
  readonly sampling: number;
  /** Paths (Node) or URLs (page). */
  readonly files: {
    /** The model to load, or '' where none is; and the files that it refers to, by the names that it has of them. */
    readonly model: string;
    readonly external: readonly ModelFile[];
    readonly truth: string;
    /** Images in CIFAR-10's binary layout, for `accuracy`. */
    readonly images: string;
  };
  /** Where only the start-up is measured once more, in a second page of the visit's browser. */
  readonly again?: true;
  /** Where an input is to run instead of what `suites` say; the network's taps are sent back. */
  readonly probe?: { readonly input: string };
  readonly modelBytes: number;
  /** Name of the images at hand. */
  readonly dataset: string;
  /** PyTorch's predicted class of each image, one digit each, or ''. */
  readonly predictions: string;
};

/** A suite's result on its way: its own schema tells the rest. */
export type Measured = { readonly suite: string };

/** What a visit sends back: the results that it reached, in order. */
export type VisitResult<M extends Measured = Measured> = {
  readonly placement: Placement;
  readonly results: readonly M[];
};

/** Why a visit failed, in words that pass from a page to its parent. */
export type VisitFailure = { readonly error: string; readonly fix: string | undefined };

/** What a probe sends back: outputs by node, images as [N, C, H, W], as encodeFloats writes them: JSON has no NaN. */
export type ProbeResult = { readonly placement: Placement; readonly outputs: { readonly [node: string]: string } };
export type VisitReply = VisitResult | VisitFailure | ProbeResult;
