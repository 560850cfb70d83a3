import * as Plot from '@observablehq/plot';
import { CRITERIA } from '../../table/criteria.ts';
import type { Choice, Standing } from '../../table/decision.ts';
import { autoScale, chart, GRID, keyEntry, legend, SIGNS, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';

type Point = { readonly one: Standing; readonly label: string; readonly x: number; readonly y: number };

/** What is drawn against what: criteria by their ids. */
const PAIRS = [
  { x: 'warm', y: 'peak' },
  { x: 'warm', y: 'top1' },
] as const;

/** Plots of one kind: more would be slow to draw. */
const MOST = 12;

const axis = (id: string, log: boolean): string => {
  const found = CRITERIA.find((one) => one.id === id);
  return `${found?.title.toLowerCase()} (${found?.unit}${log ? ', log scale' : ''})`;
};

function plot(label: string, points: readonly Point[], { x, y }: (typeof PAIRS)[number], page: Page): Markup {
  const across = autoScale(
    points.map((point) => point.x),
    5,
  );
  const up = autoScale(
    points.map((point) => point.y),
    5,
  );
  const color = ({ one }: Point) => page.palette(one.backend);
  return chart(`${axis(y, false)} against ${axis(x, false)} of ${label}, by backend`, [], {
    width: 460,
    height: 260,
    marginLeft: 56,
    marginRight: 110,
    x: { type: across.type, domain: across.domain, label: `${axis(x, across.type === 'log')} →` },
    y: { type: up.type, domain: up.domain, label: `↑ ${axis(y, up.type === 'log')}` },
    marks: [
      Plot.gridX(across.ticks, GRID),
      Plot.gridY(up.ticks, GRID),
      Plot.axisX(across.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.axisY(up.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.dot(points, {
        x: 'x',
        y: 'y',
        r: 4.5,
        stroke: color,
        strokeWidth: 1.5,
        fill: (point: Point) => (point.one.status === 'ok' ? color(point) : 'var(--bg)'),
        title: ({ one, x, y }: Point) => `${one.backend} (${one.status}): ${tickLabel(x)}, ${tickLabel(y)}`,
      }),
      Plot.text(points, {
        x: 'x',
        y: 'y',
        dx: 9,
        textAnchor: 'start',
        fill: color,
        text: ({ one }: Point) => one.backend,
      }),
    ],
  });
}

/** How the figures of a network's backends trade off: time against memory, and against accuracy. */
export function scatters(choices: readonly Choice[], page: Page): Markup {
  const figures = PAIRS.flatMap((pair) =>
    choices
      .map(({ label, standings, sizes }) => {
        const points = standings
          .filter(({ size }) => size === sizes[0])
          .flatMap((one): Point[] => {
            const [x, y] = [one.scores.get(pair.x)?.value, one.scores.get(pair.y)?.value];
            return x === undefined || y === undefined || !(x > 0) ? [] : [{ one, label, x, y }];
          });
        return { label, points };
      })
      .filter(({ points }) => points.length > 1)
      .slice(0, MOST)
      .map(
        ({ label, points }) =>
          html`<figure><h3>${label}</h3><div class="scroll">${plot(label, points, pair, page)}</div></figure>`,
      ),
  );
  if (figures.length === 0) return html``;
  return html`<section><h2 id="tradeoffs">Trade-offs</h2><p>Lower left is better where memory is on the upright axis, upper left where accuracy is.</p>
${legend([keyEntry(SIGNS.dot, 'a backend'), keyEntry(SIGNS.hollow, 'not ok: see its status')])}
<div class="panels">${figures}</div></section>`;
}
