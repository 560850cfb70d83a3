import { withoutOption } from './command.ts';
import { partOf } from './fingerprint.ts';
import { type Header, headerSchema } from './header.ts';
import { distinct, order } from './order.ts';
import { overShards } from './shards.ts';

/** What the headers of shards say of their machines, which may differ. Empty for headers that are no shards. */
function machinesOf(headers: readonly Header[]): {
  readonly cpu?: string;
  readonly parts?: Header['fingerprint']['parts'];
} {
  if (headers.some(({ shard }) => shard === undefined)) return {};
  const names = distinct(headers.flatMap(({ fingerprint }) => Object.keys(fingerprint.parts)));
  return {
    cpu: overShards(headers, ({ environment }) => environment.cpu),
    parts: Object.fromEntries(names.map((name) => [name, overShards(headers, (header) => partOf(header, name))])),
  };
}

/** Each file's fingerprint covers only the packages that it used. The order of shards tells which ran on which machine. */
function hashOf(headers: readonly Header[]): string {
  const hashes = headers.map(({ fingerprint }) => fingerprint.hash);
  const different = distinct(hashes);
  const inOrder = headers.some(({ shard }) => shard === undefined) || different.length === 1 ? different : hashes;
  return inOrder.join('+');
}

/**
 * Joins the headers of files that fit together: the first header, with the plans, packages, models and budgets of all.
 * Throws one line that begins with `files` where they plan more than a run may.
 */
export function joinHeaders(first: Header, headers: readonly Header[], files: string): Header {
  const plans = first.shard === undefined ? headers.flatMap((header) => header.plan) : first.shard.plan;
  const plan = headerSchema.shape.plan.safeParse([...new Set(plans)]);
  if (!plan.success) throw new Error(`${files}: ${plan.error.issues[0]?.message}`);
  const environments = headers.map(({ environment }) => environment);
  const paged = headers.find(({ environment }) => environment.browser !== null) ?? first;
  const versions = environments.flatMap(({ packages }) => Object.entries(packages));
  const packages = Object.fromEntries(versions.sort(([a], [b]) => order(a, b)));
  const { browser } = paged.fingerprint.parts;
  const models = new Map(headers.flatMap((header) => header.models ?? []).map((model) => [model.id, model]));
  const coverage = new Map(
    headers.flatMap((header) => header.coverage ?? []).map((one) => [`${one.model}/${one.batch}/${one.size}`, one]),
  );
  const { shard: _, digits: __, ...whole } = first;
  const digits = headers.flatMap((header) => header.digits ?? []);
  const byShard = [...headers].sort((a, b) => (a.shard?.index ?? 0) - (b.shard?.index ?? 0));
  const { cpu = first.environment.cpu, parts = {} } = machinesOf(byShard);
  return {
    ...whole,
    command: withoutOption(first.command, '--shard'),
    budget: headers.reduce((sum, { budget }) => sum + budget, 0),
    environment: {
      ...first.environment,
      cpu,
      browser: paged.environment.browser,
      packages,
      // If one file began on a busy machine, all times are in doubt.
      load: Math.max(...environments.map(({ load }) => load)),
      governor: distinct(environments.map(({ governor }) => governor)).join(', ') || null,
    },
    fingerprint: {
      hash: hashOf(byShard),
      parts: {
        ...first.fingerprint.parts,
        ...parts,
        ...(browser === undefined ? {} : { browser }),
        packages: Object.entries(packages)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      },
    },
    pair: first.pair && { ...first.pair, name: distinct(headers.map(({ pair }) => pair?.name)).join(', ') },
    plan: plan.data,
    ...(models.size > 0 ? { models: [...models.values()] } : {}),
    ...(digits.length > 0 ? { digits: Math.min(...digits) } : {}),
    ...(coverage.size > 0 ? { coverage: [...coverage.values()] } : {}),
  };
}
