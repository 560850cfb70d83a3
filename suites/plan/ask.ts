import { z } from 'zod';
import type { AnySuite } from '../contract/suite.ts';
import { MOST_ROUNDS, MOST_SAMPLES } from '../record/limits.ts';
import { SUITES } from '../suites.ts';
import type { Profile } from './profiles.ts';
import { narrow, parseQuery, type Query } from './query.ts';
import { batchesOf, type Scenario } from './scenarios.ts';

/** What the user requests. Options that are left out come from the profile. */
export type Ask = {
  /** Case ids, wildcards allowed: `latency:resnet50.*:fp32:b1:224:ort-web/*`. Without any, all cells of the profile. */
  readonly queries?: readonly string[] | undefined;
  /** Models, backends and suites for queries that leave them open. */
  readonly models?: readonly string[] | undefined;
  readonly backends?: readonly string[] | undefined;
  readonly suites?: readonly string[] | undefined;
  /** Scenarios of MLPerf inference: `single-stream`, `multi-stream`, `offline`. */
  readonly scenarios?: readonly string[] | undefined;
  /** Whether calls that leave their data on the device are timed too (suite `transfer`). */
  readonly ioBinding?: boolean | undefined;
  /** Custom models: `net.onnx`, `folder/model.json`, `resnet50=weights.safetensors`. */
  readonly files?: readonly string[] | undefined;
  /** Labelled images to score networks on: a folder, or the id of a data set. */
  readonly data?: string | undefined;
  /** A file of the labels of the images in that folder. */
  readonly labels?: string | undefined;
  /** How an input of custom models is made of an image: `imagenet`, `cifar`, `raw`, or a JSON file. */
  readonly preprocess?: string | undefined;
  /** `quick` (the default) or `full`. */
  readonly profile?: string | undefined;
  /** Seconds of measuring, after which no visit starts. */
  readonly budgetSeconds?: number | undefined;
  /** Number of rounds: fresh processes or pages for each cell. */
  readonly rounds?: number | undefined;
  /** Timed calls in each round, and warm-up calls before them. */
  readonly samples?: number | undefined;
  readonly warmup?: number | undefined;
  /**
   * Rounds continue until the 95 % interval of every latency (with `aa` or `ab`, of every ratio) is within ± this share, such
   * as 0.02.
   */
  readonly within?: number | undefined;
  /** Whether every cell is run twice, interleaved, as if it were two versions. */
  readonly aa?: boolean | undefined;
  /** The part of the cells to run, such as `1/3`: a third of them. Its run file is one of three that are read as one run. */
  readonly shard?: string | undefined;
  /**
   * Two sides that take turns, each versions of packages or a browser: `onnxruntime-web@1.29.0`, `browser:/path/to/it`,
   * several with a + between.
   */
  readonly ab?: readonly string[] | undefined;
};

const words = z.array(z.string()).readonly().optional();
const countTo = (most: number) => z.int().min(1).max(most).optional();

const askSchema = z.strictObject({
  queries: words,
  models: words,
  backends: words,
  suites: words,
  scenarios: words,
  ioBinding: z.boolean().optional(),
  files: words,
  data: z.string().min(1).optional(),
  labels: z.string().min(1).optional(),
  preprocess: z.string().min(1).optional(),
  profile: z.string().optional(),
  budgetSeconds: z.number().positive().optional(),
  rounds: countTo(MOST_ROUNDS),
  samples: countTo(MOST_SAMPLES),
  warmup: z.int().min(1).optional(),
  within: z.number().gt(0).lt(1).optional(),
  aa: z.boolean().optional(),
  shard: z.string().optional(),
  ab: words,
}) satisfies z.ZodType<Ask>;

/** Throws one line where a value is not allowed, or has no meaning here. */
export function checkAsk(ask: Ask): void {
  const { success, error } = askSchema.safeParse(ask);
  const [issue] = error?.issues ?? [];
  if (ask.aa && ask.ab !== undefined)
    throw new Error('--aa compares one version with itself, --ab two: give one of them');
  if (!success) throw new Error(`${['ask', ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

/** The equivalent command line: the words after `npm run bench --`. */
export function commandOf(ask: Ask): string[] {
  const list = (flag: string, values: readonly unknown[] = []) => (values.length > 0 ? [flag, values.join(',')] : []);
  const value = (flag: string, one: unknown) => (one === undefined ? [] : [flag, `${one}`]);
  return [
    ...(ask.queries ?? []),
    ...(ask.files ?? []).flatMap((file) => ['--model', file]),
    ...value('--data', ask.data),
    ...value('--labels', ask.labels),
    ...value('--preprocess', ask.preprocess),
    ...list('--models', ask.models),
    ...list('--backends', ask.backends),
    ...list('--suites', ask.suites),
    ...list('--scenario', ask.scenarios),
    ...(ask.ioBinding ? ['--io-binding'] : []),
    ...value('--profile', ask.profile),
    ...value('--budget', ask.budgetSeconds),
    ...value('--rounds', ask.rounds),
    ...value('--within', ask.within && `${Number((100 * ask.within).toPrecision(12))}%`),
    ...value('--samples', ask.samples),
    ...value('--warmup', ask.warmup),
    ...(ask.aa ? ['--aa'] : []),
    ...value('--shard', ask.shard),
    ...list('--ab', ask.ab),
  ];
}

/** Ids of the suites for which `can` holds. */
const idsOf = (can: (suite: AnySuite) => boolean): string[] => SUITES.filter(can).map(({ id }) => id);

/** The requested queries, or one for everything, with open fields narrowed by the other options. */
export function queriesOf(ask: Ask, scenarios: readonly Scenario[], profile: Profile): Query[] {
  const { queries = [], models, backends, ioBinding = false } = ask;
  const asked = ask.suites ?? (scenarios.length > 0 ? idsOf(({ times }) => times !== undefined) : undefined);
  const suite = ioBinding ? [...(asked ?? profile.suites), ...idsOf(({ resident }) => resident === true)] : asked;
  const narrowed: Partial<Query> = {
    ...(models && { model: models }),
    ...(backends && { backend: backends }),
    ...(suite && { suite }),
    ...(scenarios.length > 0 && { batch: batchesOf(scenarios) }),
  };
  return (queries.length > 0 ? queries : ['*']).map((word) => narrow(parseQuery(word), narrowed));
}
