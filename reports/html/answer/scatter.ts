import * as Plot from '@observablehq/plot';
import { grouped } from '../../../reference/collect.ts';
import { precisionText } from '../../../reference/precisions/notation.ts';
import { CRITERIA } from '../../table/criteria.ts';
import type { Choice, Standing } from '../../table/decision.ts';
import {
  AXES,
  autoScale,
  chart,
  clipped,
  GRID,
  keyEntry,
  legend,
  SIGNS,
  shareOf,
  spanScale,
  TOP,
  tickLabel,
  valueAt,
} from '../kit/chart.ts';
import { labelOffsets } from '../kit/labels.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';

/** A backend, as `name` says it, in units of the criteria. */
type Point = { readonly one: Standing; readonly name: string; readonly x: number; readonly y: number };

/**
 * What is drawn against what: criteria by their ids. `all`: whether a plot has all precisions and forms of a network, whose
 * backends then differ by little, so that the upright axis does not begin at 0.
 */
const PAIRS = [
  { x: 'warm', y: 'peak', all: false },
  { x: 'warm', y: 'top1', all: true },
] as const;

/** Plots of one kind: more would be slow to draw. */
const MOST = 12;

const axis = (id: string): string => {
  const found = CRITERIA.find((one) => one.id === id);
  return `${found?.title.toLowerCase()} (${found?.unit})`;
};

/** Pixels. */
const [WIDTH, HEIGHT, LEFT, RIGHT] = [460, 270, 56, 40];

function plot(label: string, points: readonly Point[], { x, y, all }: (typeof PAIRS)[number], page: Page): Markup {
  const across = autoScale(
    points.map((point) => point.x),
    5,
  );
  const heights = points.map((point) => point.y);
  const up = all ? spanScale(heights, 5) : autoScale(heights, 5);
  const color = ({ one }: Point) => page.palette(one.backend);
  const dots = points.map((point) => ({
    x: LEFT + (WIDTH - LEFT - RIGHT) * shareOf(across, point.x),
    y: TOP + (HEIGHT - AXES) * (1 - shareOf(up, point.y)),
    text: clipped(point.name),
  }));
  const offsets = labelOffsets(dots, { left: LEFT, right: WIDTH, top: TOP - 6, bottom: HEIGHT - AXES + TOP });
  // A label that is off its dot's line is tied to it.
  const ties = offsets.flatMap(({ dx, dy }, i) => {
    const [dot, point] = [dots[i], points[i]];
    if (dy === 0 || dot === undefined || point === undefined) return [];
    const x2 = valueAt(across, (dot.x + dx - LEFT) / (WIDTH - LEFT - RIGHT));
    const y2 = valueAt(up, 1 - (dot.y + dy - TOP) / (HEIGHT - AXES));
    return [{ x1: point.x, y1: point.y, x2, y2 }];
  });
  return chart(`${axis(y)} against ${axis(x)} of ${label}, by backend`, [], {
    width: WIDTH,
    height: HEIGHT,
    marginLeft: LEFT,
    marginRight: RIGHT,
    x: { type: across.type, domain: across.domain, label: `${axis(x)} →` },
    y: { type: up.type, domain: up.domain, label: `↑ ${axis(y)}` },
    marks: [
      Plot.gridX(across.ticks, GRID),
      Plot.gridY(up.ticks, GRID),
      Plot.axisX(across.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.axisY(up.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.link(ties, { x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', stroke: 'var(--faint)', strokeWidth: 0.8 }),
      Plot.dot(points, {
        x: 'x',
        y: 'y',
        r: 4.5,
        stroke: color,
        strokeWidth: 1.5,
        fill: (point: Point) => (point.one.status === 'ok' ? color(point) : 'var(--bg)'),
        title: ({ one, name, x, y }: Point) => `${name} (${one.status}): ${tickLabel(x)}, ${tickLabel(y)}`,
      }),
      ...offsets.map(({ dx, dy, anchor }, i) =>
        Plot.text(points.slice(i, i + 1), { x: 'x', y: 'y', dx, dy, textAnchor: anchor, text: () => dots[i]?.text }),
      ),
    ],
  });
}

/** The backends of choices that have both figures, at each one's largest input size. */
const pointsOf = (choices: readonly Choice[], { x, y }: (typeof PAIRS)[number]): Point[] =>
  choices.flatMap(({ standings, sizes }) =>
    standings
      .filter(({ size }) => size === sizes[0])
      .flatMap((one): Point[] => {
        const [across, up] = [one.scores.get(x)?.value, one.scores.get(y)?.value];
        if (across === undefined || up === undefined || !(across > 0)) return [];
        const numbers = choices.length > 1 ? ` ${precisionText(one.session.subject)}` : '';
        return [{ one, name: `${one.backend}${numbers}`, x: across, y: up }];
      }),
  );

const modelOf = ({ standings, without }: Choice): string => (standings[0] ?? without[0])?.session.subject.model ?? '';

/** How the figures of a network's backends trade off: time against memory, and against accuracy. */
export function scatters(choices: readonly Choice[], page: Page): Markup {
  const models = [...grouped(choices, modelOf)];
  const figures = PAIRS.flatMap((pair) => {
    const plots = pair.all
      ? models.map(([label, of]) => ({ label, points: pointsOf(of, pair) }))
      : choices.map((one) => ({ label: one.label, points: pointsOf([one], pair) }));
    return plots
      .filter(({ points }) => points.length > 1)
      .slice(0, MOST)
      .map(
        ({ label, points }) =>
          html`<figure><h3>${label}</h3><div class="scroll">${plot(label, points, pair, page)}</div></figure>`,
      );
  });
  if (figures.length === 0) return html``;
  return html`<section><h2 id="tradeoffs">Trade-offs</h2><p>Lower left is better where memory is on the upright axis, upper left where accuracy is.</p>
${legend([keyEntry(SIGNS.dot, 'a backend'), keyEntry(SIGNS.hollow, 'not ok: see its status')])}
<div class="panels">${figures}</div></section>`;
}
