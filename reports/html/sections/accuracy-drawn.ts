import { type Accuracy, type DrawnWay, drawnWays } from '../../../suites/accuracy/figures.ts';
import { NONE, number, percent, scientific } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import { dataTable, figure, name, nameColumns, prose, roomy } from '../kit/parts.ts';

/** How many images a cell names. */
const NAMED = 5;

type Line = { readonly row: Row; readonly way: DrawnWay };

/** A margin; a dash where a logit is NaN or infinite. */
const by = (margin: number | null): string => (margin === null ? NONE : number(margin));

/** The images of another class by name, those first whose class was the surest. */
function differing({ differs }: DrawnWay): string {
  const sorted = [...differs].sort((a, b) => (b.exactMargin ?? 0) - (a.exactMargin ?? 0));
  const some = sorted
    .slice(0, NAMED)
    .map(
      ({ image, name, exact, got, exactMargin, margin }) =>
        `#${image} ${name}: ${got} (by ${by(margin)}) instead of ${exact} (by ${by(exactMargin)})`,
    );
  return `${some.join('; ')}${sorted.length > some.length ? '; …' : ''}`;
}

const linesOf = (row: Row, { drawn }: Pick<Accuracy, 'drawn'>): Line[] =>
  drawn === undefined ? [] : drawnWays(drawn).map((way) => ({ row, way }));

/** What it costs that web pages decode and resize images with the browser's own functions; nothing where nobody measured. */
export function drawnFigures(rows: readonly Row[]): Markup {
  const lines = rows.flatMap((row) => {
    const one = measured(row, 'accuracy');
    return one === undefined ? [] : linesOf(row, one);
  });
  if (lines.length === 0) return html``;
  const points = ({ way }: Line) => 100 * (way.top1 - way.exact);
  return html`<h3>Images as a web page draws them</h3>
<p>The same images, decoded, resized and cropped by the browser (<code>createImageBitmap</code> and <code>drawImage</code> of a 2D canvas, with the quality that the page asks for; <code>low</code> is the default) instead of exactly as in training. Lost and gained: images that only the exact pixels, or only the drawn ones, classify right, with McNemar’s exact p. Differences of pixels are steps of 255. Images of another class are named with the difference of their two largest logits.</p>
${dataTable<Line>(
  [
    ...nameColumns<Line>(({ row }) => row),
    name('Way', ({ way }) => way.way),
    figure(
      'Images',
      ({ way }) => `${way.images}`,
      ({ way }) => way.images,
    ),
    figure(
      'Top-1 (%)',
      ({ way }) => percent(way.top1),
      ({ way }) => way.top1,
    ),
    figure(
      'Exact Top-1 (%)',
      ({ way }) => percent(way.exact),
      ({ way }) => way.exact,
    ),
    figure('Change (points)', (line) => points(line).toFixed(2), points),
    figure(
      'Other class',
      ({ way }) => `${way.differs.length}`,
      ({ way }) => way.differs.length,
    ),
    figure(
      'Lost',
      ({ way }) => `${way.lost}`,
      ({ way }) => way.lost,
    ),
    figure(
      'Gained',
      ({ way }) => `${way.gained}`,
      ({ way }) => way.gained,
    ),
    figure(
      'p',
      ({ way }) => (way.p < 1e-3 ? scientific(way.p) : way.p.toPrecision(2)),
      ({ way }) => way.p,
    ),
    figure(
      'Largest difference',
      ({ way }) => `${way.largest}`,
      ({ way }) => way.largest,
    ),
    figure(
      'Mean difference',
      ({ way }) => way.mean.toFixed(2),
      ({ way }) => way.mean,
    ),
    prose('Images of another class', ({ way }) => roomy(differing(way))),
  ],
  lines,
)}`;
}
