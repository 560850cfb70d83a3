import * as Plot from '@observablehq/plot';
import { maximum, minimum } from '../../../reference/collect.ts';
import type { CallTimes } from '../../../suites/contract/suite.ts';
import { count, number } from '../../../suites/stats/format.ts';
import type { Row } from '../../table/table.ts';
import { chart, GRID, keyEntry, legend, linearScale, SIGNS, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';

type Sample = { readonly ms: number; readonly i: number; readonly round: number };

const samplesOf = ({ rounds }: CallTimes): Sample[] =>
  rounds.flatMap((samples, round) => samples.map((ms) => ({ ms, round }))).map((one, i) => ({ ...one, i }));

const title = ({ ms, round }: Sample): string => `round ${round + 1}: ${number(ms)} ms`;

/** A run's samples, their median, and how they are drawn: the baseline hollow and grey. */
type Drawn = { readonly times: CallTimes; readonly samples: readonly Sample[]; readonly colour: string };

/** The baseline's part of both plots comes first, so that the run lies over it. */
function plots(row: Row, head: Drawn, base: Drawn | undefined): Markup[] {
  const values = [...head.samples, ...(base?.samples ?? [])].map(({ ms }) => ms);
  const scale = linearScale(values, 5);
  const domain: [number, number] = [minimum(values) * 0.98, maximum(values) * 1.02];
  const { rounds } = head.times;
  const starts = rounds.map((_, i) => rounds.slice(0, i).reduce((sum, one) => sum + one.length, 0)).slice(1);
  const size = { width: 520, height: 204, marginTop: 22, marginLeft: 56 };
  const median = ({ times: { median } }: Drawn, dash: string) => ({ values: [median], dash });
  const medians = [...(base ? [median(base, '1 3')] : []), median(head, '4 3')];
  // Both runs are binned alike.
  const steps = Array.from({ length: 31 }, (_, i) => domain[0] + ((domain[1] - domain[0]) * i) / 30);
  const bins = Plot.binX({ y: 'count' }, { x: 'ms', thresholds: steps });
  const order = chart(`Samples of ${row.id} in order of time, in milliseconds`, [], {
    ...size,
    x: { label: 'sample, in order of time →' },
    y: { type: 'linear', domain: scale.domain, label: '↑ time of one call (ms)' },
    marks: [
      Plot.gridY(scale.ticks, GRID),
      Plot.ruleX(starts, { stroke: 'var(--line)' }),
      ...(base ? [Plot.dot(base.samples, { x: 'i', y: 'ms', r: 2.2, stroke: base.colour, fill: 'none', title })] : []),
      Plot.dot(head.samples, { x: 'i', y: 'ms', r: 2, fill: head.colour, title }),
      ...medians.map((one) => Plot.ruleY(one.values, { stroke: 'var(--ink)', strokeDasharray: one.dash })),
      Plot.axisX({ ticks: 5, tickSize: 3 }),
      Plot.axisY(scale.ticks, { text: tickLabel, tickSize: 3 }),
    ],
  });
  const spread = chart(`Distribution of the samples of ${row.id}`, [], {
    ...size,
    x: { domain, label: 'time of one call (ms) →' },
    y: { label: '↑ samples' },
    marks: [
      Plot.rectY(head.samples, { ...bins, fill: head.colour }),
      ...(base ? [Plot.rectY(base.samples, { ...bins, fill: 'none', stroke: base.colour, strokeWidth: 1.5 })] : []),
      ...medians.map((one) => Plot.ruleX(one.values, { stroke: 'var(--ink)', strokeDasharray: one.dash })),
      Plot.ruleY([0], { stroke: 'var(--line)' }),
      Plot.axisX({ ticks: 5, tickSize: 3 }),
      Plot.axisY({ ticks: 4, tickSize: 3 }),
    ],
  });
  return [order, spread];
}

/** Samples in the order in which they were taken, and how they are distributed; over those of the baseline where given. */
export function samplesPart(row: Row, times: CallTimes, base: CallTimes | undefined, { palette }: Page): Markup {
  const head = { times, samples: samplesOf(times), colour: palette(row.cell.backend) };
  if (head.samples.length === 0) return html``;
  const below = base && base.rounds.flat().length > 0 ? base : undefined;
  const before = below && { times: below, samples: samplesOf(below), colour: 'var(--faint)' };
  const entries = before
    ? [
        keyEntry(SIGNS.hollow, `a sample of the baseline: median ${number(before.times.median)} ms, dotted`),
        html`<span>distribution of the baseline: outlined</span>`,
      ]
    : [];
  const more = before ? `, and ${count(before.samples.length, 'sample')} of the baseline` : '';
  return html`<h3>${count(head.samples.length, 'sample')} of ${count(times.rounds.length, 'round')}${more}</h3>
${legend([
  keyEntry(
    SIGNS.dot,
    `a sample${before ? ' of this run' : ''}: median of round medians ${number(times.median)} ms, dashed`,
  ),
  html`<span>upright lines: a round, in a process or page of its own, begins</span>`,
  ...entries,
])}
<div class="panels">${plots(row, head, before).map((plot) => html`<figure><div class="scroll">${plot}</div></figure>`)}</div>
${times.warnings.map(({ text }) => html`<p>${text}</p>`)}`;
}
