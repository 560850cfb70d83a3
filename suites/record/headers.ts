import { type Header, headerSchema } from './header.ts';
import { distinct, order } from './order.ts';

/**
 * Joins the headers of files that fit together: the first header, with the plans, packages, models and budgets of all.
 * Throws one line that begins with `files` where they plan more than a run may.
 */
export function joinHeaders(first: Header, headers: readonly Header[], files: string): Header {
  const plan = headerSchema.shape.plan.safeParse([...new Set(headers.flatMap((header) => header.plan))]);
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
  return {
    ...first,
    budget: headers.reduce((sum, { budget }) => sum + budget, 0),
    environment: {
      ...first.environment,
      browser: paged.environment.browser,
      packages,
      // If one file began on a busy machine, all times are in doubt.
      load: Math.max(...environments.map(({ load }) => load)),
      governor: distinct(environments.map(({ governor }) => governor)).join(', ') || null,
    },
    fingerprint: {
      // Each file's fingerprint covers only the packages that it used.
      hash: distinct(headers.map(({ fingerprint }) => fingerprint.hash)).join('+'),
      parts: {
        ...first.fingerprint.parts,
        ...(browser === undefined ? {} : { browser }),
        packages: Object.entries(packages)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      },
    },
    pair: first.pair && { ...first.pair, name: distinct(headers.map(({ pair }) => pair?.name)).join(', ') },
    plan: plan.data,
    ...(models.size > 0 ? { models: [...models.values()] } : {}),
    ...(coverage.size > 0 ? { coverage: [...coverage.values()] } : {}),
  };
}
