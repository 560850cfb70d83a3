import { type Accuracy, type DrawnWay, drawnWays } from '../../../suites/accuracy/figures.ts';
import { count as many, NONE, number, percent, scientific } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import { dataTable, figure, name, prose, roomy } from '../kit/parts.ts';

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
  const failed = rows.flatMap((row) => {
    const { failed } = measured(row, 'accuracy')?.drawn ?? {};
    if (failed === undefined) return [];
    const [one] = failed.first;
    return html`<p class="small soft">${row.cell.backend}: the browser could not decode ${many(failed.count, 'image')} (${one?.name}: ${one?.reason}).</p>`;
  });
  const names = [
    name<Line>('Model', ({ row }) => row.cell.model),
    name<Line>('Backend', ({ row }) => row.cell.backend),
    name<Line>('Way', ({ way }) => way.way),
  ];
  const count = (title: string, pick: (way: DrawnWay) => number) =>
    figure<Line>(
      title,
      ({ way }) => `${pick(way)}`,
      ({ way }) => pick(way),
    );
  const share = (title: string, pick: (way: DrawnWay) => number) =>
    figure<Line>(
      title,
      ({ way }) => percent(pick(way)),
      ({ way }) => pick(way),
    );
  const points = ({ way }: Line) => 100 * (way.top1 - way.exact);
  return html`<h3>Images as a web page draws them</h3>
<p>The same images, decoded, resized and cropped by the browser (<code>createImageBitmap</code> and <code>drawImage</code> of a 2D canvas, with the quality that the page asks for; <code>low</code> is the default) instead of exactly as in training. Lost and gained: images that only the exact pixels, or only the drawn ones, classify right, with McNemar’s exact p. Off: the difference of pixels, in steps of 255. Images of another class are named with the difference of their two largest logits.</p>
${dataTable<Line>(
  [
    ...names,
    count('Images', (way) => way.images),
    share('Top-1 (%)', (way) => way.top1),
    share('Exact (%)', (way) => way.exact),
    figure('Points', (line) => points(line).toFixed(2).replace('-', '−'), points),
    count('Other class', (way) => way.differs.length),
    count('Lost', (way) => way.lost),
    count('Gained', (way) => way.gained),
    figure(
      'p',
      ({ way }) => (way.p < 1e-3 ? scientific(way.p) : way.p.toPrecision(2)),
      ({ way }) => way.p,
    ),
    count('Largest off', (way) => way.largest),
    figure(
      'Mean off',
      ({ way }) => way.mean.toFixed(2),
      ({ way }) => way.mean,
    ),
  ],
  lines,
)}
${failed}
<details><summary>Images of another class</summary>
${dataTable<Line>([...names, prose('Image: class drawn, and exact', ({ way }) => roomy(differing(way)))], lines)}
</details>`;
}
