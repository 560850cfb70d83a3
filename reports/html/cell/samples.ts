import * as Plot from '@observablehq/plot';
import { maximum, minimum } from '../../../reference/collect.ts';
import type { CallTimes } from '../../../suites/contract/suite.ts';
import { count, number } from '../../../suites/stats/format.ts';
import type { Row } from '../../table/table.ts';
import { chart, GRID, keyEntry, legend, linearScale, SIGNS, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';

type Sample = { readonly ms: number; readonly i: number; readonly round: number };

/** Samples in the order in which they were taken, and how they are distributed. */
export function samplesPart(row: Row, times: CallTimes, { palette }: Page): Markup {
  const rounds = times.rounds.map((samples, round) => samples.map((ms) => ({ ms, round })));
  const samples: Sample[] = rounds.flat().map((one, i) => ({ ...one, i }));
  if (samples.length === 0) return html``;
  const values = samples.map(({ ms }) => ms);
  const scale = linearScale(values, 5);
  const domain: [number, number] = [minimum(values) * 0.98, maximum(values) * 1.02];
  const color = palette(row.cell.backend);
  const starts = rounds.map((_, i) => rounds.slice(0, i).reduce((sum, one) => sum + one.length, 0)).slice(1);
  const order = chart(`Samples of ${row.id} in order of time, in milliseconds`, [], {
    width: 520,
    height: 190,
    marginLeft: 56,
    x: { label: 'sample, in order of time →' },
    y: { type: 'linear', domain: scale.domain, label: '↑ time of one call (ms)' },
    marks: [
      Plot.gridY(scale.ticks, GRID),
      Plot.ruleX(starts, { stroke: 'var(--line)' }),
      Plot.ruleY([times.median], { stroke: 'var(--ink)', strokeDasharray: '4 3' }),
      Plot.dot(samples, {
        x: 'i',
        y: 'ms',
        r: 2,
        fill: color,
        title: ({ ms, round }: Sample) => `round ${round + 1}: ${number(ms)} ms`,
      }),
      Plot.axisX({ ticks: 5, tickSize: 3 }),
      Plot.axisY(scale.ticks, { text: tickLabel, tickSize: 3 }),
    ],
  });
  const spread = chart(`Distribution of the samples of ${row.id}`, [], {
    width: 520,
    height: 190,
    marginLeft: 56,
    x: { domain, label: 'time of one call (ms) →' },
    y: { label: '↑ samples' },
    marks: [
      Plot.rectY(samples, { ...Plot.binX({ y: 'count' }, { x: 'ms', thresholds: 30 }), fill: color }),
      Plot.ruleX([times.median], { stroke: 'var(--ink)', strokeDasharray: '4 3' }),
      Plot.ruleY([0], { stroke: 'var(--line)' }),
      Plot.axisX({ ticks: 5, tickSize: 3 }),
      Plot.axisY({ ticks: 4, tickSize: 3 }),
    ],
  });
  return html`<h3>${count(samples.length, 'sample')} of ${count(rounds.length, 'round')}</h3>
${legend([keyEntry(SIGNS.dot, 'a sample'), html`<span>upright lines: a round, in a process or page of its own, begins</span>`, html`<span>dashed: median of round medians</span>`])}
<div class="panels"><figure>${order}</figure><figure>${spread}</figure></div>
${times.warnings.map(({ text }) => html`<p>${text}</p>`)}`;
}
