import type { TrendPoint } from '../../suites/nightly/report.ts';

/**
 * The trends of cells as a page holds them: a night's date and what all of its cells share once, the times of a cell as a
 * column, and segments and marks only where they change.
 */
export type PackedTrends = {
  readonly nights: readonly {
    readonly number: number;
    readonly date: string;
    /** By which factor all cells of the night were slower: measured ÷ level. */
    readonly factor: number;
  }[];
  readonly segments: readonly string[];
  readonly cells: readonly (readonly [id: string, trend: PackedTrend])[];
};

type PackedTrend = {
  /** The place in `nights` of the first time. */
  readonly from: number;
  /** Milliseconds of that night and the next ones; null for a night without a time. */
  readonly ms: readonly (number | null)[];
  /** From which place in `ms` on which segment. */
  readonly segments: readonly (readonly [at: number, segment: number])[];
  readonly marks: readonly (readonly [at: number, mark: NonNullable<TrendPoint['mark']>])[];
};

type Trends = ReadonlyMap<string, readonly TrendPoint[]>;

/** The nights of all cells, the last `most` of them. */
function nightsOf(trends: Trends, most: number): PackedTrends['nights'] {
  const nights = new Map<number, PackedTrends['nights'][number]>();
  for (const points of trends.values())
    for (const { number, date, ms, level } of points)
      if (!nights.has(number)) nights.set(number, { number, date, factor: ms / level });
  return [...nights.values()].sort((a, b) => a.number - b.number).slice(-most);
}

/** Packs the last `most` nights of all cells. A cell without a time in any of them is left out. */
export function packTrends(trends: Trends, most: number): PackedTrends {
  const nights = nightsOf(trends, most);
  const places = new Map(nights.map(({ number }, i) => [number, i] as const));
  const segments = new Map<string, number>();
  const cells = [...trends].flatMap(([id, all]): [string, PackedTrend][] => {
    const points = all.flatMap((point) => {
      const place = places.get(point.number);
      return place === undefined ? [] : [{ ...point, place }];
    });
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const ms: (number | null)[] = Array(last.place - first.place + 1).fill(null);
    const changes: [number, number][] = [];
    const marks: [number, NonNullable<TrendPoint['mark']>][] = [];
    for (const { place, ms: time, segment, mark } of points) {
      const at = place - first.place;
      ms[at] = time;
      const known = segments.get(segment) ?? segments.size;
      segments.set(segment, known);
      if (changes.at(-1)?.[1] !== known) changes.push([at, known]);
      if (mark !== undefined) marks.push([at, mark]);
    }
    return [[id, { from: first.place, ms, segments: changes, marks }]];
  });
  return { nights, segments: [...segments.keys()], cells };
}

/** The trends that were packed. */
export function unpackTrends({ nights, segments, cells }: PackedTrends): Map<string, TrendPoint[]> {
  return new Map(
    cells.map(([id, trend]) => {
      const marks = new Map(trend.marks);
      const begins = new Map(trend.segments);
      let segment = '';
      const points = trend.ms.flatMap((ms, i): TrendPoint[] => {
        segment = segments[begins.get(i) ?? -1] ?? segment;
        const night = nights[trend.from + i];
        if (ms === null || night === undefined) return [];
        const { number, date, factor } = night;
        return [{ number, date, ms, level: ms / factor, segment, mark: marks.get(i) }];
      });
      return [id, points];
    }),
  );
}
