import { z } from 'zod';
import type { AnySuite } from '../contract/suite.ts';
import { MOST_ROUNDS, MOST_SAMPLES } from '../record/limits.ts';
import { SUITES } from '../suites.ts';
import type { Profile } from './profiles.ts';
import { narrow, parseQuery, type Query } from './query.ts';
import { batchesOf, type Scenario } from './scenarios.ts';

/** What a person asks to be run. Whatever is left out is as the profile has it. */
export type Ask = {
  /** Case ids, wildcards allowed: `latency:resnet50.*:fp32:b1:224:ort-web/*`. None: all that the profile has. */
  readonly queries?: readonly string[] | undefined;
  /** Models, backends and suites where a query leaves them open. */
  readonly models?: readonly string[] | undefined;
  readonly backends?: readonly string[] | undefined;
  readonly suites?: readonly string[] | undefined;
  /** Scenarios of MLPerf inference: `single-stream`, `multi-stream`, `offline`. */
  readonly scenarios?: readonly string[] | undefined;
  /** Whether calls that leave their data on the device are timed as well. */
  readonly ioBinding?: boolean | undefined;
  /** Models of one's own: `net.onnx`, `folder/model.json`, `resnet50=weights.safetensors`. */
  readonly files?: readonly string[] | undefined;
  /** `quick`, which is meant where it is left out, or `full`. */
  readonly profile?: string | undefined;
  /** Seconds of measuring, after which no visit starts. */
  readonly budgetSeconds?: number | undefined;
  /** Fresh processes or pages for each cell. */
  readonly rounds?: number | undefined;
  /** Timed calls in each round, and untimed calls before them. */
  readonly samples?: number | undefined;
  readonly warmup?: number | undefined;
  /** Rounds go on until every latency, or with `aa` every ratio, is known to this share, such as 0.02. */
  readonly within?: number | undefined;
  /** Whether every cell is run twice, in turns, as if it were two versions. */
  readonly aa?: boolean | undefined;
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
  profile: z.string().optional(),
  budgetSeconds: z.number().positive().optional(),
  rounds: countTo(MOST_ROUNDS),
  samples: countTo(MOST_SAMPLES),
  warmup: z.int().min(1).optional(),
  within: z.number().gt(0).lt(1).optional(),
  aa: z.boolean().optional(),
}) satisfies z.ZodType<Ask>;

/** Throws one line where a value is none that may be asked for, or has no meaning here. */
export function checkAsk(ask: Ask): void {
  const { success, error } = askSchema.safeParse(ask);
  const [issue] = error?.issues ?? [];
  if (!success) throw new Error(`${['ask', ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

/** The words of the command line that asks for the same: what `npm run bench --` takes. */
export function commandOf(ask: Ask): string[] {
  const list = (flag: string, values: readonly unknown[] = []) => (values.length > 0 ? [flag, values.join(',')] : []);
  const value = (flag: string, one: unknown) => (one === undefined ? [] : [flag, `${one}`]);
  return [
    ...(ask.queries ?? []),
    ...(ask.files ?? []).flatMap((file) => ['--model', file]),
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
  ];
}

/** The suites that can do something. */
const idsOf = (can: (suite: AnySuite) => boolean): string[] => SUITES.filter(can).map(({ id }) => id);

/** The queries of an ask, or one of everything, with their open fields narrowed to what else it says. */
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
