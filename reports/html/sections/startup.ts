import { noWarmth, PARTS, PHASES, type Startup, type StartupPart, warmOf } from '../../../suites/startup/figures.ts';
import { mebibytes, NONE, number } from '../../../suites/stats/format.ts';
import { sessionOfRow } from '../../table/lookup.ts';
import { measured, type Row, type Table, timesOfSession } from '../../table/table.ts';
import { keyEntry, SIGNS } from '../kit/chart.ts';
import { html } from '../kit/markup.ts';
import { amount, prose, type Sheet, sheet } from '../kit/parts.ts';
import { suiteSection } from '../kit/section.ts';
import { NAMES, startupPlot } from './startup-plot.ts';

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

const table = (rows: readonly Row[], all: Table): Sheet => {
  const ms = (title: string, part: StartupPart | 'second' | 'total') =>
    amount<Line>(title, ({ startup }) => startup?.[part], number);
  const latencyOf = (row: Row) => {
    const session = sessionOfRow(all, row);
    return session && timesOfSession(session)?.median;
  };
  return sheet<Line>(
    ({ row }) => row,
    [
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
  intro:
    'Time to the first answer, in a fresh process or a page of a fresh browser profile with empty caches; below it, where it was measured, in a second page of the same browser, with warm caches. The first call usually takes longer than the second because it compiles for the GPU and allocates.',
  legend: [
    keyEntry(SIGNS.dot, 'until the first answer'),
    keyEntry(SIGNS.tick, 'second call'),
    keyEntry(SIGNS.diamond, 'steady: the median latency'),
    html`<span>bars, from the left: ${PARTS.map((part, i) => html`${i > 0 ? ', ' : ''}<b>${NAMES[part].name}</b> (${NAMES[part].meaning})`)}</span>`,
  ],
  layout: 'broad',
  plot: startupPlot,
  notes: () =>
    'The total, here and in the table, is the median of the rounds’ own totals. Each part is a median of its own, so parts may add up to a little more or less. Starting the process or the browser is not included. ONNX Runtime fetches its WebAssembly and initialises its device while it creates the session; in Node it also reads the model then. TF.js compiles for the GPU in the first call. Pipelines are counted when a page requests them. A pipeline requested synchronously is returned before it is compiled, so only asynchronous requests give a compile time.',
  sheet: table,
});
