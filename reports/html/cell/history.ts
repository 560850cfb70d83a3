import { count } from '../../../suites/stats/format.ts';
import { ALONE, trendChart, trendKey } from '../../nightly/trend.ts';
import type { Row } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';

/** A cell over the last nights of its history; nothing where the run is of no history, or the cell was never timed. */
export function historyPart({ id, cell }: Row, { history, palette }: Page): Markup {
  const points = history?.trends.get(id) ?? [];
  if (history === undefined || points.length === 0) return html``;
  const plot = trendChart(id, history, { ...ALONE, colour: palette(cell.backend) });
  return html`<h3>History: ${count(points.length, 'night')}</h3>${trendKey([id], history)}<figure class="wide"><div class="scroll">${plot}</div></figure>`;
}
