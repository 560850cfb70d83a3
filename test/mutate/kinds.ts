import { operatorOf } from '../../reference/ops/operators.ts';
import { after, bfloat16, float16, type Kind, type Mutation, right, type Site, withParameter } from './mutation.ts';
import { shapeKinds } from './shape-kinds.ts';

/** Relative sizes of small defects. */
const SIZES = [1e-5, 2e-5, 1e-4, 1e-3, 2e-3, 1e-2, 1e-1];

const always = (what: string, compute: Mutation['compute'], size?: number): Mutation => ({
  what,
  size,
  scope: 'every call',
  compute,
});

/** The name of a node's parameter of this suffix, where it has one. */
export function parameterOf({ node, weights }: Site, suffix: 'weight' | 'bias'): string | undefined {
  const name = `${node.name}.${suffix}`;
  const found = operatorOf(node)
    .parameters(node)
    .map((one) => `${node.name}.${one.suffix}`);
  if (found.includes(name) && weights.has(name)) return name;
  // A layer scale has another name.
  return suffix === 'weight' && found.length === 1 ? found[0] : undefined;
}

const rms = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

const channel: Kind = {
  id: 'one channel off',
  mutants: ({ channels }) =>
    channels.flatMap((chosen) =>
      SIZES.map((size) =>
        always(
          `channel ${chosen}`,
          after((value, c) => (c === chosen ? value * (1 + size) : value)),
          size,
        ),
      ),
    ),
};

const weight: Kind = {
  id: 'one weight off',
  mutants(site) {
    const name = parameterOf(site, 'weight');
    const values = name === undefined ? undefined : site.weights.get(name);
    if (name === undefined || values === undefined) return [];
    const fan = values.length / (site.shape[1] ?? 1);
    const step = rms(values);
    return site.channels.flatMap((chosen) => {
      const at = chosen * fan + site.draw(fan);
      return SIZES.map((size) =>
        always(
          `weight ${at}`,
          withParameter(name, (all) => all.map((value, i) => (i === at ? value + size * step : value))),
          size,
        ),
      );
    });
  },
};

const bias: Kind = {
  id: 'bias dropped',
  mutants(site) {
    const name = parameterOf(site, 'bias');
    if (name === undefined) return [];
    const without = (is: (channel: number) => boolean) =>
      withParameter(name, (all) => all.map((value, c) => (is(c) ? 0 : value)));
    return [
      ...site.channels.map((chosen) =>
        always(
          `bias ${chosen}`,
          without((c) => c === chosen),
        ),
      ),
      always(
        'all biases',
        without(() => true),
      ),
    ];
  },
};

const epsilon: Kind = {
  id: 'epsilon',
  mutants({ node, refolded }) {
    if (node.op === 'LayerNormalization')
      return [1e-3, 1e-5].map((epsilon) =>
        always(`epsilon ${epsilon}`, (call) => right({ ...call, node: { ...node, epsilon } })),
      );
    return [1e-3, 1e-4].flatMap((epsilon) => {
      const weights = refolded(epsilon);
      return weights === undefined ? [] : [always(`epsilon ${epsilon}`, (call) => right({ ...call, weights }))];
    });
  },
};

const activation: Kind = {
  id: 'activation',
  mutants({ node, shape }) {
    if (node.op === 'Relu')
      return [
        always('ReLU missing', ({ inputs: [x], shape: own }) => ({
          shape: own,
          data: new Float64Array(x?.data ?? []),
        })),
        always(
          'clamped at 6',
          after((value) => Math.min(value, 6)),
        ),
      ];
    if (node.op === 'Gelu') {
      const slope = Math.sqrt(2 / Math.PI);
      const approximate = (x: number) => 0.5 * x * (1 + Math.tanh(slope * (x + 0.044715 * x ** 3)));
      return [
        always('tanh instead of erf', ({ inputs: [x], shape: own }) => ({
          shape: own,
          data: new Float64Array(x?.data ?? []).map(approximate),
        })),
      ];
    }
    return shape.length === 4
      ? [
          always(
            'extra ReLU',
            after((value) => Math.max(value, 0)),
          ),
        ]
      : [];
  },
};

const precision: Kind = {
  id: 'precision in one layer',
  mutants(site) {
    const name = parameterOf(site, 'weight');
    const formats = [
      ['float16', float16],
      ['bfloat16', bfloat16],
    ] as const;
    return formats.flatMap(([format, round]) => [
      ...(name === undefined
        ? []
        : [
            always(
              `${format} weights`,
              withParameter(name, (all) => all.map(round)),
            ),
          ]),
      always(`${format} activations`, after(round)),
    ]);
  },
};

/** How much a channel is off that is wrong in a later call only. */
const LATER = 1e-2;

const secondCall: Kind = {
  id: 'second call',
  mutants: ({ channels: [chosen = 0] }) => [
    {
      what: 'stale',
      size: undefined,
      scope: 'second call',
      compute: (call) => call.previous ?? right(call),
    },
    {
      what: `channel ${chosen}`,
      size: undefined,
      scope: 'second call',
      compute: after((value, c) => (c === chosen ? value * (1 + LATER) : value)),
    },
  ],
};

const secondSession: Kind = {
  id: 'second session',
  mutants(site) {
    const name = parameterOf(site, 'weight');
    if (name === undefined) return [];
    // The weights of the channel before, as of another session's layer.
    return [
      {
        what: 'other weights',
        size: undefined,
        scope: 'second session',
        compute: withParameter(name, (all) => {
          const fan = all.length / (site.shape[1] ?? 1);
          return all.map((_, i) => all[(i + all.length - fan) % all.length] as number);
        }),
      },
    ];
  },
};

const changedBatch: Kind = {
  id: 'changed batch',
  mutants: ({ shape }) => [
    {
      what: 'first image twice',
      size: undefined,
      scope: 'second image',
      compute: (call) => call.previous ?? right(call),
    },
    {
      what: 'last channel left out',
      size: undefined,
      scope: 'second image',
      compute: after((value, c) => (c === (shape[1] ?? 1) - 1 ? 0 : value)),
    },
  ],
};

/** Every kind of defect. */
export const KINDS: readonly Kind[] = [
  channel,
  weight,
  bias,
  epsilon,
  ...shapeKinds,
  activation,
  precision,
  secondCall,
  secondSession,
  changedBatch,
];
