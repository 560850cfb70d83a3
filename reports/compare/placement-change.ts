import type { ChangeFinding, FigureValue } from '../../suites/contract/change.ts';
import type { Placement } from '../../suites/record/placement.ts';
import type { Row } from '../table/table.ts';

/** `cpu 53, wasm 2`, in a fixed order; null where the runtime does not report it. */
const nodesText = ({ nodes }: Placement): string | null =>
  Object.entries(nodes)
    .map(([provider, count]) => `${provider} ${count}`)
    .sort()
    .join(', ') || null;

/** What a placement consists of: the metric's name, its words, and its value where reported. */
const PARTS: readonly (readonly [
  metric: string,
  what: string,
  value: (placement: Placement) => FigureValue | undefined,
])[] = [
  ['device', 'device', ({ device }) => device],
  ['nodes_by_provider', 'nodes', nodesText],
  ['fallbacks_nodes', 'fallbacks', ({ fallbacks }) => fallbacks],
  ['copies_nodes', 'copies between devices', ({ copies }) => copies],
  ['threads', 'threads', ({ threads }) => threads?.got],
  ['adapter', 'adapter', ({ adapter }) => adapter?.description],
  ['driver', 'driver', ({ adapter }) => adapter?.driver],
  ['numerics', 'numerics', ({ numerics }) => numerics],
  ...(['simd', 'jspi', 'float16', 'crossOriginIsolated', 'tf32'] as const).map(
    (feature) => [feature, feature, ({ features }: Placement) => features?.[feature]?.toString()] as const,
  ),
];

/** What changed about where a session's nodes ran, of what both runs report. */
export function placementFindings(base: Row, head: Row): ChangeFinding[] {
  const [[a], [b]] = [base.placements, head.placements];
  if (a === undefined || b === undefined) return [];
  return PARTS.flatMap(([metric, what, value]): ChangeFinding[] => {
    const [before, after] = [value(a) ?? null, value(b) ?? null];
    if (before === null || after === null || before === after) return [];
    const figures = `${what} ${before} → ${after}`;
    return [
      { verdict: 'placement moved', metric: `placement_${metric}`, base: before, head: after, figures, detail: '' },
    ];
  });
}

/** Why two rows ran on different devices, or undefined. */
export function elsewhere(base: Row, head: Row): string | undefined {
  const device = ({ placements: [place] }: Row) =>
    [place?.device, place?.adapter?.description, place?.threads && `${place.threads.got} threads`]
      .filter(Boolean)
      .join(', ');
  const [a, b] = [device(base), device(head)];
  return a === b ? undefined : `ran on ${a}, then on ${b}`;
}
