import * as Plot from '@observablehq/plot';
import { type Memory, PEAK_MEANS, type ProcessRow } from '../../../suites/memory/figures.ts';
import { mebibytes, NONE } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { AXES, chart, clipped, GRID, keyEntry, linearScale, ROW, SIGNS, tickLabel } from '../kit/chart.ts';
import type { Markup } from '../kit/markup.ts';
import { figure, name, type Page, type Sheet, sheet } from '../kit/parts.ts';
import { column, type PanelRow } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';

const MIB = 2 ** 20;

/** Roles whose name says too little. */
const ROLES: { readonly [role in ProcessRow['role']]?: string } = { gpu: 'GPU process', cuda: 'CUDA memory' };

/** One bar: a process of a backend, or a backend whose processes are not known. */
type Bar = { key: string; label: string; backend: string; process: ProcessRow | undefined };

function bars(rows: readonly PanelRow<Memory>[]): Bar[] {
  return rows.flatMap(({ session, figures: { processes } }): Bar[] => {
    const common = { backend: session.backend };
    if (processes.length === 0)
      return [{ ...common, key: session.backend, label: session.backend, process: undefined }];
    return processes.map((process, i) => ({
      ...common,
      key: `${session.backend} ${process.role}`,
      label: i === 0 ? session.backend : `+ ${ROLES[process.role] ?? process.role}`,
      process,
    }));
  });
}

function panel(label: string, rows: readonly PanelRow<Memory>[], palette: Page['palette']): Markup {
  const all = bars(rows);
  const labels = new Map(all.map((bar) => [bar.key, bar.label]));
  const shown = all.flatMap((bar) => {
    const { process } = bar;
    if (process === undefined || process.baseline === null || process.peak === null) return [];
    return [{ ...bar, baseline: process.baseline / MIB, peak: process.peak / MIB, steady: process.steady }];
  });
  const without = all.filter((bar) => !shown.some((one) => one.key === bar.key));
  const scale = linearScale(
    shown.map((one) => one.peak),
    6,
  );
  type Shown = (typeof shown)[number];
  return chart(`Memory of ${label} by backend and process, in MiB`, [...labels.values()], {
    width: 460,
    height: AXES + ROW * all.length,
    x: { type: scale.type, domain: scale.domain, label: 'resident memory (MiB) →' },
    y: { domain: all.map((bar) => bar.key), label: null, padding: 0.3 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      Plot.axisX(scale.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.axisY({
        label: null,
        tickSize: 0,
        tickPadding: 8,
        tickFormat: (key: string) => clipped(labels.get(key) ?? key),
      }),
      Plot.ruleY(shown, { y: 'key', x1: 0, x2: 'baseline', stroke: (one: Shown) => palette(one.backend) }),
      Plot.barX(shown, {
        x1: 'baseline',
        x2: 'peak',
        y: 'key',
        fill: (one: Shown) => palette(one.backend),
        fillOpacity: 0.8,
        title: (one: Shown) => `${one.key}: ${mebibytes(one.process?.baseline)} → ${mebibytes(one.process?.peak)} MiB`,
      }),
      Plot.tickX(
        shown.filter((one) => one.steady !== null),
        { x: (one: Shown) => (one.steady ?? 0) / MIB, y: 'key', stroke: 'var(--ink)', strokeWidth: 1.5 },
      ),
      ...column(
        'peak (MiB)',
        shown.map(({ key, process }) => ({ y: key, text: mebibytes(process?.peak) })),
      ),
      Plot.text(without, {
        y: 'key',
        text: () => 'not reported by the system',
        frameAnchor: 'left',
        dx: 6,
        fill: 'var(--none)',
        fontStyle: 'italic',
      }),
    ],
  });
}

type Line = { readonly row: Row; readonly memory: Memory | undefined; readonly process: ProcessRow | undefined };

const table = (rows: readonly Row[]): Sheet => {
  const mib = (title: string, pick: (line: Line) => number | null | undefined) =>
    figure<Line>(
      title,
      (line) => mebibytes(pick(line)),
      (line) => pick(line) ?? undefined,
    );
  const lines = rows.flatMap((row): Line[] => {
    const memory = measured(row, 'memory');
    return (memory?.processes ?? [undefined]).map((process) => ({ row, memory, process }));
  });
  return sheet<Line>(
    ({ row }) => row,
    [
      name('Process', ({ process }) => process?.role ?? NONE),
      mib('Baseline (MiB)', ({ process }) => process?.baseline),
      mib('Opened (MiB)', ({ process }) => process?.opened),
      mib('Steady (MiB)', ({ process }) => process?.steady),
      mib('Closed (MiB)', ({ process }) => process?.closed),
      mib('Peak (MiB)', ({ process }) => process?.peak),
      mib('Sum of all peaks (MiB)', ({ memory }) => memory?.peak),
      mib('Peak − baseline (MiB)', ({ process }) => process?.growth),
      mib('Tensors alive (MiB)', ({ memory }) => memory?.tensors),
      mib('GPU buffers and textures (MiB)', ({ memory }) => memory?.gpu?.live),
      mib('At most (MiB)', ({ memory }) => memory?.gpu?.peak),
      mib('Model file (MiB)', ({ memory }) => memory?.model),
    ],
    lines,
  );
};

/** Resident memory of each process. */
export const memory = suiteSection({
  suite: 'memory',
  title: 'Memory',
  missing: 'Memory was',
  query: 'memory',
  intro: 'Resident memory of the Node process, or of the page’s renderer and the browser’s GPU process.',
  legend: [
    keyEntry(SIGNS.interval, '0 to baseline, before the runtime is loaded'),
    keyEntry(SIGNS.bar(0.8), 'baseline to peak'),
    keyEntry(SIGNS.tick, 'after the last call'),
  ],
  layout: 'panels',
  plot: panel,
  notes: () =>
    `Figures are from the round with the highest peak. The ranks and the terminal give a backend the ${PEAK_MEANS}. Memory on a graphics card is not resident memory and is not included; the bytes of a page’s WebGPU and WebGL objects are counted separately, as requested by the libraries.`,
  sheet: table,
});
