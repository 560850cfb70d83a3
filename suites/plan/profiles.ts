import type { HashedFile, ModelSource } from '../../reference/models/load.ts';

/** A model that a person brings in a file. */
export type OwnModel = {
  /** Its id in cells: the file's name, and `user`. */
  readonly id: string;
  readonly source: ModelSource;
  readonly files: readonly HashedFile[];
  /** Of all its files together. */
  readonly sha256: string;
  /** What its file fixes of its input; undefined where it leaves it free. */
  readonly batch: number | undefined;
  readonly size: number | undefined;
};

/** A model, and the size of its input where a query does not say; 0 is the family's own. */
export type ProfileModel = { readonly model: string; readonly size: number; readonly own?: OwnModel };

/** How much a run does unless told otherwise. */
export type Profile = {
  readonly id: string;
  readonly purpose: string;
  /** Models of a query's wildcards; a person's own, where there are any. */
  readonly models: readonly ProfileModel[];
  /** Precisions of a query's wildcard, each in every one of these forms. */
  readonly precisions: readonly string[];
  readonly forms: readonly string[];
  /** Suites of a query's wildcard. */
  readonly suites: readonly string[];
  /** Cells beyond these: models at this size, on backends whose cell at the common size predicts a short visit. */
  readonly large: readonly { readonly model: string; readonly size: number }[];
  readonly rounds: number;
  /** Measuring, after which no visit starts. */
  readonly budgetSeconds: number;
  /** What a visit should take and, at most, may. */
  readonly visitSeconds: number;
  readonly limitSeconds: number;
  /** A visit longer than this is not repeated in a second round. */
  readonly repeatSeconds: number;
  /** Untimed calls before sampling. */
  readonly warmup: number;
  /** Timed calls wanted in a visit, and the most time to spend on them. */
  readonly samples: number;
  readonly samplingSeconds: number;
};

const COMMON = 64;
/** Chains of one kernel, which gauge each device. */
const KERNELS = { model: 'kernels.seed0', size: 0 };
const MEASURED = ['conformance', 'latency', 'startup', 'memory', 'accuracy'];
const QUICK = ['resnet18.seed0', 'resnet50.seed0', 'resnet101.seed0'];
const TRAINED = ['resnet20.akamaster', 'resnet32.akamaster', 'resnet44.akamaster', 'resnet56.akamaster'];
const ALL = ['resnet18.seed0', 'resnet34.seed0', 'resnet50.seed0', 'resnet101.seed0', 'resnet152.seed0'];

export const PROFILES: readonly Profile[] = [
  {
    id: 'quick',
    purpose: 'every backend within ten minutes, at 64×64; resnet50 also at 224×224 where a backend is quick enough',
    models: [...QUICK.map((model) => ({ model, size: COMMON })), { model: 'resnet20.akamaster', size: 0 }, KERNELS],
    precisions: ['fp32'],
    forms: ['folded'],
    suites: [...MEASURED, 'roofline'],
    large: [{ model: 'resnet50.seed0', size: 224 }],
    rounds: 3,
    budgetSeconds: 510,
    visitSeconds: 9,
    limitSeconds: 120,
    repeatSeconds: 5,
    warmup: 4,
    samples: 30,
    samplingSeconds: 1.5,
  },
  {
    id: 'full',
    purpose: 'every model at its own size on every backend, in every form',
    models: [...[...ALL, ...TRAINED].map((model) => ({ model, size: 0 })), KERNELS],
    precisions: ['fp32'],
    forms: ['folded', 'bn'],
    suites: ['layers', 'leak', 'transfer', 'compliance', ...MEASURED, 'roofline'],
    large: [],
    rounds: 5,
    budgetSeconds: 24 * 3600,
    visitSeconds: 1800,
    limitSeconds: 3600,
    repeatSeconds: 600,
    warmup: 4,
    samples: 100,
    samplingSeconds: 10,
  },
];

/** A person's own models in a profile. */
export const ownModels = ({ models }: Profile): OwnModel[] => models.flatMap(({ own }) => own ?? []);
