import type { LevelChange } from '../../suites/nightly/changes.ts';
import type { NightReport } from '../../suites/nightly/report.ts';
import { cellLink } from '../html/kit/links.ts';
import { html, type Markup } from '../html/kit/markup.ts';
import { dataTable, figure, name, prose } from '../html/kit/parts.ts';
import { dateOf } from './night-text.ts';

type Accepted = NightReport['accepted'][number];

const cellColumn = <T extends { readonly id: string }>() =>
  name<T>('Cell', ({ id }) => html`<span class="id">${cellLink(id, id)}</span>`);

/** Where times changed for good, the latest first. */
export const changeTable = (report: NightReport): Markup =>
  dataTable<LevelChange>(
    [
      name('First night', (one) => dateOf(report, one.night)),
      name('Last night before', (one) => dateOf(report, one.before)),
      cellColumn(),
      figure(
        'New ÷ old',
        (one) => `×${one.ratio.toFixed(3)}`,
        (one) => one.ratio,
      ),
      prose('Changed between', (one) => one.causes.join(', ') || 'no version or commit'),
    ],
    report.changes,
  );

/** What somebody accepted as known. */
export const acceptedTable = (report: NightReport): Markup =>
  dataTable<Accepted>(
    [
      name('Since', (one) => dateOf(report, one.since)),
      name('Accepted', (one) => one.at.slice(0, 10)),
      cellColumn(),
      name('What', (one) => one.status ?? 'its time'),
      prose('Reason', (one) => one.reason),
    ],
    report.accepted,
  );
