import * as Plot from '@observablehq/plot';
import {
  noWarmth,
  PARTS,
  type Parts,
  PHASES,
  type Startup,
  type StartupPart,
  warmOf,
} from '../../../suites/startup/figures.ts';
import { count, mebibytes, NONE, number } from '../../../suites/stats/format.ts';
import { sessionOfRow } from '../../table/lookup.ts';
import { measured, type Row, type SessionRows, type Table, timesOfSession } from '../../table/table.ts';
import { AXES, chart, GRID, keyEntry, legend, linearScale, ROW, SIGNS, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { amount, caseColumn, dataTable, figures, nameColumns, type Page, prose } from '../kit/parts.ts';
import { absent, domain, type PanelRow, plotsOf, rowRules, values } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';

/** Opacities tell the parts of a bar apart within a backend's colour. */
const LOOKS: { readonly [part in StartupPart]: { readonly opacity: number; readonly meaning: string } } = {
  module: { opacity: 1, meaning: 'module: import the runtime’s code' },
  device: { opacity: 0.72, meaning: 'device: ready it, where the runtime has a step for that' },
  read: { opacity: 0.5, meaning: 'read: fetch the model' },
  session: { opacity: 0.32, meaning: 'session: parse and compile it' },
  first: { opacity: 0.16, meaning: 'first call' },
};

/** Heights of the two bars of a row: a cold start's, and a thin one of a warm one's. */
const COLD = { insetTop: 0, insetBottom: 5 };
const WARM = { insetTop: 11, insetBottom: 0 };

const sum = (parts: Parts) => PARTS.reduce((total, part) => total + (parts[part] ?? 0), 0);

/** What was compiled for the GPU in a part, in words. */
function compiledIn(startup: Startup, part: StartupPart): string {
  if (startup.compiled === null || part === 'module' || part === 'device' || part === 'read') return '';
  const { pipelines, asynchronous, pending } = startup.compiled[part === 'first' ? 'first' : 'open'];
  if (pipelines === 0) return '';
  const told = asynchronous > 0 ? `, ${asynchronous} of them awaited for ${number(pending)} ms` : '';
  return `; ${count(pipelines, 'GPU pipeline')}${told}`;
}

/** The parts of a bar, one after another. */
function barsOf(session: SessionRows, startup: Startup, parts: Parts, temperature: 'cold' | 'warm') {
  let x1 = 0;
  return PARTS.flatMap((part) => {
    const ms = parts[part];
    if (ms === null) return [];
    const compiled = temperature === 'cold' ? compiledIn(startup, part) : '';
    const title = `${session.backend}, ${temperature}: ${part} ${number(ms)} ms${compiled}`;
    const bar = { backend: session.backend, opacity: LOOKS[part].opacity, x1, x2: x1 + ms, title };
    x1 = bar.x2;
    return [bar];
  });
}

type Bar = ReturnType<typeof barsOf>[number];

function panel(label: string, rows: readonly PanelRow<Startup>[], palette: Page['palette']): Markup {
  const shown = rows.flatMap(({ session, figures }) => (figures ? [{ startup: figures, session }] : []));
  const ticks = shown.flatMap(({ session, startup: { second } }) => {
    const steady = timesOfSession(session)?.median;
    const { backend } = session;
    return [
      { backend, x: second, stroke: 'var(--ink)', title: `${backend}: second call ${number(second)} ms` },
      ...(steady === undefined
        ? []
        : [{ backend, x: steady, stroke: 'var(--soft)', title: `${backend}: steady ${number(steady)} ms` }]),
    ];
  });
  const bars = (startups: readonly Bar[], inset: typeof COLD) =>
    Plot.barX(startups, {
      ...{ x1: 'x1', x2: 'x2', y: 'backend', fillOpacity: 'opacity', title: 'title', ...inset },
      fill: (bar: Bar) => palette(bar.backend),
    });
  const warm = shown.flatMap(({ session, startup }) => {
    const parts = warmOf(startup);
    return parts ? barsOf(session, startup, parts, 'warm') : [];
  });
  const scale = linearScale(
    [...shown.map(({ startup }) => sum(startup)), ...ticks.map(({ x }) => x), ...warm.map(({ x2 }) => x2)],
    6,
  );
  return chart(`Start-up of ${label} by backend, in milliseconds`, domain(rows), {
    width: 460,
    height: AXES + ROW * rows.length,
    x: { type: scale.type, domain: scale.domain, label: 'time since start (ms) →' },
    y: { domain: domain(rows), label: null, padding: 0.25 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      ...rowRules(rows),
      Plot.axisX(scale.ticks, { text: tickLabel, tickSize: 3 }),
      bars(
        shown.flatMap(({ session, startup }) => barsOf(session, startup, startup, 'cold')),
        COLD,
      ),
      bars(warm, WARM),
      Plot.tickX(ticks, { x: 'x', y: 'backend', stroke: 'stroke', strokeWidth: 1.5, title: 'title' }),
      values(rows, (one) => number(sum(one))),
      absent(rows),
    ],
  });
}

type Line = { readonly row: Row; readonly startup: Startup | undefined; readonly steady: number | undefined };

/** `1 · 14 · 0 · 0`, one for each phase. */
const pipelines = (startup: Startup | undefined): string =>
  startup?.compiled ? PHASES.map((phase) => startup.compiled?.[phase].pipelines).join(' · ') : NONE;

/** How long pipelines that were asked for asynchronously were awaited; undefined where none were. */
function awaited(startup: Startup | undefined): number | undefined {
  const all = startup?.compiled ? Object.values(startup.compiled) : [];
  return all.some(({ asynchronous }) => asynchronous > 0)
    ? all.reduce((total, { pending }) => total + pending, 0)
    : undefined;
}

/** `41 + 125 + 732 + 106`, or why there was no start in a second page. */
function warmth(startup: Startup | undefined): string {
  const parts = warmOf(startup);
  if (parts === undefined) return noWarmth(startup) ?? NONE;
  return PARTS.flatMap((part) => (parts[part] === null ? [] : `${part} ${number(parts[part])}`)).join(' + ');
}

/** `58.3 of 58.3`: what of the bytes came from the browser's cache. */
function cached(startup: Startup | undefined): string {
  const bytes = warmOf(startup)?.bytes;
  return bytes ? `${mebibytes(bytes.cache)} of ${mebibytes(bytes.cache + bytes.network)}` : NONE;
}

const table = (rows: readonly Row[], all: Table): Markup => {
  const ms = (title: string, part: StartupPart | 'second' | 'total') =>
    amount<Line>(title, ({ startup }) => startup?.[part], number);
  const latencyOf = (row: Row) => {
    const session = sessionOfRow(all, row);
    return session && timesOfSession(session)?.median;
  };
  return dataTable<Line>(
    [
      ...nameColumns<Line>((line) => line.row),
      ms('Module (ms)', 'module'),
      ms('Device (ms)', 'device'),
      ms('Read (ms)', 'read'),
      ms('Session (ms)', 'session'),
      ms('First call (ms)', 'first'),
      ms('Until first answer (ms)', 'total'),
      ms('Second call (ms)', 'second'),
      amount<Line>('Steady (ms)', ({ steady }) => steady, number),
      prose('Pipelines: open · first · second · later', ({ startup }) => pipelines(startup)),
      amount<Line>('Pipelines awaited (ms)', ({ startup }) => awaited(startup), number),
      amount<Line>('Warm: until first answer (ms)', ({ startup }) => warmOf(startup)?.total, number),
      prose('Warm: parts (ms)', ({ startup }) => warmth(startup)),
      prose('Warm: from cache (MiB)', ({ startup }) => cached(startup)),
      amount<Line>('Rounds', ({ startup }) => startup?.rounds),
      caseColumn((line) => line.row),
    ],
    rows.map((row) => ({ row, startup: measured(row, 'startup'), steady: latencyOf(row) })),
  );
};

/** What the time until the first answer is made of. */
export const startup = suiteSection({
  suite: 'startup',
  title: 'Start-up',
  missing: 'Start-up was',
  query: 'startup',
  content({ rows, shown, palette, table: all }) {
    const plots = plotsOf(shown, (label, rows) => panel(label, rows, palette));
    return html`<p>Time to the first answer, in a fresh process or a page of a fresh browser profile with empty caches. The thin bar below is a second page of the same browser, with warm caches. The first call usually takes longer than the second because it compiles for the GPU and allocates.</p>
${legend([
  ...PARTS.map((part) => keyEntry(SIGNS.bar(LOOKS[part].opacity), LOOKS[part].meaning)),
  keyEntry(SIGNS.thin, 'the same with a warm browser cache'),
  keyEntry(SIGNS.tick, 'second call, from 0; paler: steady, the median latency'),
])}
<div class="panels">${plots}</div>
<p class="small soft">Every part is the median over rounds, so a bar’s end (printed at its right) may differ slightly from the median of totals in the table. Starting the process or the browser is not included. ONNX Runtime fetches its WebAssembly and initialises its device while it creates the session; in Node it also reads the model then. TF.js compiles for the GPU in the first call. Pipelines are counted when a page requests them. A pipeline requested synchronously is returned before it is compiled, so only asynchronous requests give a compile time.</p>
${figures(table(rows, all))}`;
  },
});
