import * as Plot from '@observablehq/plot';
import { type Growth, isLeaking, isUndecided, LEAK_BYTES, type Leak, SETTLING } from '../../../suites/leak/figures.ts';
import { kibibytes, NONE } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { AXES, chart, GRID, keyEntry, ROW, SIGNS, tickLabel } from '../kit/chart.ts';
import type { Markup } from '../kit/markup.ts';
import { amount, figure, name, type Page, type Sheet, sheet } from '../kit/parts.ts';
import { domain, intervals, type Mark, type PanelRow, rowRules } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';

const MIB = 2 ** 20;

/** What the slope says: a leak, none, or neither. */
const answer = (growth: Growth): string =>
  isLeaking(growth) ? 'yes' : isUndecided(growth) ? 'too few cycles to tell' : 'no';

/** The slope of everything that is counted, with its interval. */
function panel(label: string, rows: readonly PanelRow<Leak>[], palette: Page['palette']): Markup {
  const marks = rows.flatMap(({ session: { backend }, figures }) =>
    (figures?.growths ?? []).flatMap(({ what, slope: one }): Mark[] => {
      if (one === undefined) return [];
      const [low, high] = one.interval;
      const title = `${backend}, ${what}: ${kibibytes(one.slope)} KiB a cycle`;
      return [{ backend, value: one.slope / MIB, interval: [low / MIB, high / MIB], hollow: false, title }];
    }),
  );
  const ends = marks.flatMap(({ interval, value }) => [...(interval ?? []), value]);
  return chart(`Growth of memory of ${label} per cycle by backend, in MiB`, domain(rows), {
    width: 460,
    height: AXES + ROW * rows.length,
    x: {
      domain: [Math.min(0, ...ends), Math.max(0.01, ...ends)],
      nice: true,
      ticks: 5,
      label: 'growth per cycle (MiB) →',
    },
    y: { domain: domain(rows), label: null, padding: 0.3 },
    marks: [
      Plot.gridX({ ...GRID, ticks: 5 }),
      ...rowRules(rows),
      Plot.ruleX([0], { stroke: 'var(--ink)' }),
      Plot.axisX({ tickFormat: tickLabel, tickSize: 3, ticks: 5 }),
      ...intervals(marks, palette, { r: 3.5, width: 2, outline: 0 }),
    ],
  });
}

type Line = { readonly row: Row; readonly leak: Leak | undefined; readonly growth: Growth | undefined };

function table(rows: readonly Row[]): Sheet {
  const slope = (title: string, pick: (growth: Growth) => number | undefined) =>
    amount<Line>(title, ({ growth }) => growth && pick(growth), kibibytes);
  const lines = rows.flatMap((row) => {
    const leak = measured(row, 'leak');
    return (leak?.growths ?? []).map((growth): Line => ({ row, leak, growth }));
  });
  return sheet<Line>(
    ({ row }) => row,
    [
      name('Of', ({ growth }) => growth?.what ?? NONE),
      name('Leaks', ({ growth }) => (growth === undefined ? NONE : answer(growth))),
      slope('Slope (KiB a cycle)', ({ slope: one }) => one?.slope),
      slope('from', ({ slope: one }) => one?.interval[0]),
      slope('to', ({ slope: one }) => one?.interval[1]),
      slope('Allowed', ({ allowed }) => allowed),
      figure(
        'Cycles',
        ({ leak }) => (leak ? `${leak.cycles} of ${leak.wanted}` : NONE),
        ({ leak }) => leak?.cycles,
      ),
    ],
    lines,
  );
}

/** What is left behind by creating, running and closing a session again and again. */
export const leak = suiteSection({
  suite: 'leak',
  title: 'Leaks',
  missing: 'Memory growth was',
  query: 'leak:resnet18',
  intro: 'Memory growth per cycle of creating a session, running it once and closing it.',
  legend: [
    keyEntry(SIGNS.dot, 'slope of one process, or of the bytes alive on the GPU'),
    keyEntry(SIGNS.interval, 'its 95 % interval'),
  ],
  layout: 'panels',
  plot: panel,
  notes: () =>
    `Theil–Sen slope and interval over all cycles except the first ${SETTLING}, which fill caches. It is a leak where the whole interval is above what is allowed: ${kibibytes(LEAK_BYTES.resident)} KiB a cycle of a process’s resident memory, which also moves by itself, and ${kibibytes(LEAK_BYTES.counted)} KiB of what is counted object by object. Below ${SETTLING + 10} cycles there is no slope.`,
  sheet: table,
});
