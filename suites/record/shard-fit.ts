import type { Header } from './header.ts';

type Sharding = NonNullable<Header['shard']>;

/** A shard as text: `2/3`. */
export const shardText = ({ index, of }: Pick<Sharding, 'index' | 'of'>): string => `${index}/${of}`;

const planOf = ({ shard }: Header): readonly string[] => shard?.plan ?? [];

/** The first cell that only one of two plans has. */
function onlyIn(plan: readonly string[], other: readonly string[]): string | undefined {
  const known = new Set(other);
  return plan.find((id) => !known.has(id));
}

/** Why two headers are not of two shards of one run, as what differs and its values; undefined where they are. */
export function shardDifference(a: Header, b: Header): { what: string; values: readonly [string, string] } | undefined {
  const [p, q] = [a.shard, b.shard];
  if (p === undefined && q === undefined) return undefined;
  const text = (shard: Sharding | undefined) => (shard === undefined ? 'none' : shardText(shard));
  if (p?.of !== q?.of) return { what: '--shard', values: [text(p), text(q)] };
  if (a.seed !== b.seed) return { what: '--seed', values: [`${a.seed}`, `${b.seed}`] };
  const [more, less] = [onlyIn(planOf(a), planOf(b)), onlyIn(planOf(b), planOf(a))];
  if (more === undefined && less === undefined) return undefined;
  const shown = (id: string | undefined, plan: readonly string[]) => id ?? `${plan.length} cells`;
  return { what: 'the plan', values: [shown(more, planOf(a)), shown(less, planOf(b))] };
}

/** The shard that two headers both are, as text; undefined where they are not the same one. */
export const sameShard = ({ shard: p }: Header, { shard: q }: Header): string | undefined =>
  p !== undefined && q !== undefined && p.index === q.index && p.of === q.of ? shardText(p) : undefined;
