import type { Preprocessing } from '../../reference/datasets/preprocessing.ts';
import type { HashedFile, ModelSource } from '../../reference/models/load.ts';

/** A custom model, which is loaded from a file. */
export type OwnModel = {
  /** Its id in cells: `NAME.user`, from the file's name. */
  readonly id: string;
  readonly source: ModelSource;
  readonly files: readonly HashedFile[];
  /** SHA-256 of all its files together. */
  readonly sha256: string;
  /** Batch and size that the file fixes; undefined where they are free. */
  readonly batch: number | undefined;
  readonly size: number | undefined;
};

/** Images that the user gave to score networks on. */
export type LabelledData = {
  /** A folder of images, and a file of their labels, if any; or the id of a data set. */
  readonly folder: string | undefined;
  readonly labels: string | undefined;
  readonly set: string | undefined;
  /** How an input of custom models is made of an image; undefined where there are none. */
  readonly preprocessing: Preprocessing | undefined;
};

/** Default input sizes in pixels: of backends that are quick or slow, and on software adapters. 0: the family's own. */
export type Sizes = { readonly quick: number; readonly slow: number; readonly software: number };

/** A model, and its default input sizes. */
export type ProfileModel = {
  readonly model: string;
  readonly sizes: Sizes;
  /** Whether software adapters leave it out, where a query leaves model and backend open: a smaller one has its operators. */
  readonly spared?: true;
  /** Whether it is only scored and checked where a query leaves the model open: its times would be of little use. */
  readonly scored?: true;
  readonly own?: OwnModel;
};

/** The defaults of a run. */
export type Profile = {
  readonly id: string;
  readonly purpose: string;
  /** Models that a wildcard means; the custom models where there are any. */
  readonly models: readonly ProfileModel[];
  /** Precisions of a query's wildcard, each in every one of these forms. */
  readonly precisions: readonly string[];
  readonly forms: readonly string[];
  /** Suites that a wildcard means. */
  readonly suites: readonly string[];
  /** Rounds in which every cell is visited. */
  readonly evenRounds: number;
  /** Maximum of rounds. Those after the even ones are for latencies that are not yet known to ± `within`. */
  readonly rounds: number;
  /** Relative half-width of a latency's interval at which it is known; undefined where all rounds are even. */
  readonly within: number | undefined;
  /** Time for measuring, after which no visit starts. */
  readonly budgetSeconds: number;
  /** How long a visit should take, and may take at most. */
  readonly visitSeconds: number;
  readonly limitSeconds: number;
  /** A visit longer than this is not repeated where no latency is to be known. */
  readonly repeatSeconds: number;
  /** Warm-up calls before sampling. */
  readonly warmup: number;
  /** Wanted number of timed calls in a visit, and the time limit for them. */
  readonly samples: number;
  readonly samplingSeconds: number;
  /** Images to score networks on, instead of those of the set that each was trained for. */
  readonly data?: LabelledData | undefined;
};

/** Every backend at the family's own size. */
export const OWN: Sizes = { quick: 0, slow: 0, software: 0 };
/** Small images: of an ImageNet network's 64×64, 2×2 pixels are left at the last stage. */
const SMALL: Sizes = { quick: 0, slow: 64, software: 64 };
/** Chains of one kernel, which measure each device's peak. */
const KERNELS = { model: 'kernels.live0', sizes: OWN };
const MEASURED = ['conformance', 'latency', 'startup', 'memory', 'accuracy'];
const QUICK: readonly ProfileModel[] = [
  { model: 'resnet18.live0', sizes: SMALL },
  { model: 'resnet50.live0', sizes: SMALL },
  // Its operators and shapes are resnet50's.
  { model: 'resnet101.live0', sizes: SMALL, spared: true },
];
/** A trained network whose weights and images need no download. */
const SHIPPED = 'resnet8.shapes10';
const TRAINED = [SHIPPED, 'resnet20.akamaster', 'resnet32.akamaster', 'resnet44.akamaster', 'resnet56.akamaster'];
const ALL = ['resnet18.live0', 'resnet34.live0', 'resnet50.live0', 'resnet101.live0', 'resnet152.live0'];

export const PROFILES: readonly Profile[] = [
  {
    id: 'quick',
    purpose: 'every backend within ten minutes, until latencies are known to ±5 %',
    models: [...QUICK, { model: SHIPPED, sizes: OWN, scored: true }, KERNELS],
    precisions: ['fp32'],
    forms: ['folded'],
    suites: [...MEASURED, 'roofline'],
    evenRounds: 2,
    rounds: 40,
    within: 0.05,
    budgetSeconds: 510,
    visitSeconds: 9,
    limitSeconds: 120,
    repeatSeconds: 5,
    warmup: 4,
    samples: 30,
    samplingSeconds: 1,
  },
  {
    id: 'full',
    purpose: 'every model at its own size on every backend, in every precision',
    models: [...[...ALL, ...TRAINED].map((model) => ({ model, sizes: OWN })), KERNELS],
    precisions: ['fp32'],
    forms: ['folded', 'bn'],
    suites: ['layers', 'leak', 'transfer', 'compliance', ...MEASURED, 'roofline'],
    evenRounds: 5,
    rounds: 5,
    within: undefined,
    budgetSeconds: 24 * 3600,
    visitSeconds: 1800,
    limitSeconds: 3600,
    repeatSeconds: 600,
    warmup: 4,
    samples: 100,
    samplingSeconds: 10,
  },
];

/** The custom models in a profile. */
export const ownModels = ({ models }: Profile): OwnModel[] => models.flatMap(({ own }) => own ?? []);
