import * as Plot from '@observablehq/plot';
import { PARTS, type Parts, type Startup, type StartupPart, warmOf } from '../../../suites/startup/figures.ts';
import { count, number } from '../../../suites/stats/format.ts';
import { timesOfSession } from '../../table/table.ts';
import { AXES, autoScale, chart, clipped, GRID, ROW, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';
import { column, type PanelRow } from '../kit/rows.ts';

/** What a part is called in a bar, and what it is. */
export const NAMES: { readonly [part in StartupPart]: { readonly name: string; readonly meaning: string } } = {
  module: { name: 'module', meaning: 'import the runtime’s code' },
  device: { name: 'device', meaning: 'ready it, where the runtime has a step for that' },
  read: { name: 'read', meaning: 'fetch the model' },
  session: { name: 'session', meaning: 'parse and compile it' },
  first: { name: 'first call', meaning: 'and its answer' },
};

const sum = (parts: Parts) => PARTS.reduce((total, part) => total + (parts[part] ?? 0), 0);

/** What was compiled for the GPU in a part, in words. */
function compiledIn(startup: Startup, part: StartupPart): string {
  if (startup.compiled === null || part === 'module' || part === 'device' || part === 'read') return '';
  const { pipelines, asynchronous, pending } = startup.compiled[part === 'first' ? 'first' : 'open'];
  if (pipelines === 0) return '';
  const told = asynchronous > 0 ? `, ${asynchronous} of them awaited for ${number(pending)} ms` : '';
  return `; ${count(pipelines, 'GPU pipeline')}${told}`;
}

/** A start: a cold one, or under it a warm one. */
type Start = {
  readonly key: string;
  readonly label: string;
  readonly backend: string;
  readonly isOk: boolean;
  readonly startup: Startup;
  readonly parts: Parts & { readonly total: number };
  readonly isWarm: boolean;
};

const startsOf = (rows: readonly PanelRow<Startup>[]): Start[] =>
  rows.flatMap(({ session: { backend }, row: { status }, figures: startup }) => {
    const warm = warmOf(startup);
    const common = { backend, isOk: status === 'ok', startup };
    return [
      { ...common, key: backend, label: backend, parts: startup, isWarm: false },
      ...(warm ? [{ ...common, key: `${backend} warm`, label: '+ warm caches', parts: warm, isWarm: true }] : []),
    ];
  });

/** Pixels of the two plots beside each other, and between the axes and the edges of the second. */
const [TIMES, BARS, EDGE] = [400, 320, 14];

/** The bands of the rows, in both plots. */
const bands = (starts: readonly Start[]) => ({ domain: starts.map(({ key }) => key), label: null, padding: 0.2 });
const height = (starts: readonly Start[]): number => AXES + ROW * starts.length;

/** How long starts take, beside the second call and the steady state. */
function times(label: string, starts: readonly Start[], rows: readonly PanelRow<Startup>[], palette: Page['palette']) {
  const steady = rows.flatMap(({ session }) => {
    const ms = timesOfSession(session)?.median;
    return ms === undefined ? [] : [{ key: session.backend, ms }];
  });
  const cold = starts.filter(({ isWarm }) => !isWarm);
  const values = [
    ...starts.map(({ parts }) => parts.total),
    ...cold.map(({ startup }) => startup.second),
    ...steady.map(({ ms }) => ms),
  ];
  const scale = autoScale(values, 5);
  const floor = (value: number) => Math.max(value, scale.domain[0]);
  const labels = new Map(starts.map((one) => [one.key, one.label]));
  const color = ({ backend }: Start) => palette(backend);
  return chart(
    `Time until the first answer of ${label} by backend, in milliseconds`,
    starts.map((one) => one.label),
    {
      width: TIMES,
      height: height(starts),
      x: { type: scale.type, domain: scale.domain, label: 'time since start (ms) →' },
      y: bands(starts),
      marks: [
        Plot.gridX(scale.ticks, GRID),
        Plot.ruleY(starts, { y: 'key', stroke: 'var(--grid)' }),
        Plot.axisY({
          ...{ label: null, tickSize: 0, tickPadding: 8 },
          tickFormat: (key: string) => clipped(labels.get(key) ?? key),
        }),
        Plot.axisX(scale.ticks, { text: tickLabel, tickSize: 3 }),
        Plot.tickX(cold, {
          ...{ x: ({ startup }: Start) => floor(startup.second), y: 'key', stroke: 'var(--ink)', strokeWidth: 1.5 },
          title: ({ backend, startup }: Start) => `${backend}: second call ${number(startup.second)} ms`,
        }),
        Plot.dot(steady, {
          ...{ x: ({ ms }: { readonly ms: number }) => floor(ms), y: 'key', symbol: 'diamond', r: 4 },
          ...{ stroke: 'var(--ink)', strokeWidth: 1.5 },
          title: ({ key, ms }: { readonly key: string; readonly ms: number }) => `${key}: steady ${number(ms)} ms`,
        }),
        Plot.dot(starts, {
          ...{ x: ({ parts }: Start) => floor(parts.total), y: 'key', r: 4, stroke: color, strokeWidth: 1.5 },
          fill: (one: Start) => (one.isOk ? color(one) : 'var(--bg)'),
          title: (one: Start) => `${one.backend}, ${one.isWarm ? 'warm' : 'cold'}: ${number(one.parts.total)} ms`,
        }),
        ...column(
          'total (ms)',
          starts.map(({ key, parts }) => ({ y: key, text: number(parts.total) })),
        ),
      ],
    },
  );
}

/** Pixels of a letter, and what a text needs at its ends. */
const [LETTER, ENDS] = [6.1, 6];

/** The longest of some texts that fits into a width; nothing where none does. */
const fitting = (width: number, texts: readonly string[]): string =>
  texts.find((text) => text.length * LETTER + ENDS <= width) ?? '';

/** What starts are made of, as shares: each part is named where its name fits. */
function shares(label: string, starts: readonly Start[], palette: Page['palette']): Markup {
  const segments = starts.flatMap((one) => {
    const whole = sum(one.parts);
    let x1 = 0;
    return PARTS.flatMap((part, i) => {
      const ms = one.parts[part];
      if (ms === null || whole === 0) return [];
      const x2 = x1 + (100 * ms) / whole;
      const { name } = NAMES[part];
      const text = fitting(((x2 - x1) / 100) * (BARS - 2 * EDGE), [
        `${name} ${number(ms)}`,
        number(ms),
        name.charAt(0),
      ]);
      const compiled = one.isWarm ? '' : compiledIn(one.startup, part);
      const title = `${one.backend}, ${one.isWarm ? 'warm' : 'cold'}: ${name} ${number(ms)} ms${compiled}`;
      const segment = { key: one.key, backend: one.backend, x1, x2, x: (x1 + x2) / 2, text, title, odd: i % 2 };
      x1 = x2;
      return [segment];
    });
  });
  type Segment = (typeof segments)[number];
  const ticks = [0, 25, 50, 75, 100];
  return chart(`What a start of ${label} is made of, by backend, in per cent`, [], {
    ...{ width: BARS, height: height(starts), marginLeft: EDGE, marginRight: EDGE },
    x: { domain: [0, 100], label: 'share of the start (%), parts in ms →' },
    y: { ...bands(starts), axis: null },
    marks: [
      Plot.axisX(ticks, { tickSize: 3 }),
      Plot.barX(segments, {
        ...{ x1: 'x1', x2: 'x2', y: 'key', title: 'title', strokeWidth: 1 },
        stroke: ({ backend }: Segment) => palette(backend),
        fill: ({ backend }: Segment) => palette(backend),
        fillOpacity: ({ odd }: Segment) => (odd ? 0.1 : 0.28),
      }),
      Plot.text(segments, { x: 'x', y: 'key', text: 'text', pointerEvents: 'none' }),
    ],
  });
}

/** How long each backend takes to start, beside what its start is made of. */
export const startupPlot = (label: string, rows: readonly PanelRow<Startup>[], palette: Page['palette']): Markup => {
  const starts = startsOf(rows);
  return html`<div class="pair">${times(label, starts, rows, palette)}${shares(label, starts, palette)}</div>`;
};
