import { reportedPart } from '../../nightly/answer.ts';
import { nightCellView } from '../../nightly/cell.ts';
import {
  filteredCells,
  NIGHT_FACETS,
  type NightCell,
  nightCells,
  nightColours,
  nightValues,
  reportOfCells,
} from '../../nightly/cells.ts';
import type { NightData } from '../../nightly/data.ts';
import { unpackTrends } from '../../nightly/packed.ts';
import { type NightPage, nightBody, nightSection, nightSections } from '../../nightly/sections.ts';
import type { Markup } from '../kit/markup.ts';
import { element, fill, keepingFocus } from './dom.ts';
import { facetSelects, formOf, textField } from './filters.ts';
import { startFrame } from './frame.ts';
import { openSections } from './navigation.ts';
import type { PageState } from './state.ts';

const filterKey = (state: PageState): string =>
  JSON.stringify([...NIGHT_FACETS, 'text' as const].map((key) => state[key] ?? ''));
const OPEN = filterKey({});

/** The choices of the page of a night. */
function filterForm(all: readonly NightCell[], shown: number, state: PageState): Markup {
  const facets = facetSelects(NIGHT_FACETS, (facet) => nightValues(all, facet), state);
  const count = filterKey(state) === OPEN ? `${all.length} cells` : `${shown} of ${all.length} cells`;
  return formOf([facets, textField(state, 'part of a cell id or a finding')], count);
}

/** Shows a night as the address says, and follows what the reader chooses. */
export function startNight(data: NightData): void {
  const report = { ...data.report, trends: unpackTrends(data.trends) };
  const cells = nightCells(report);
  const { palette } = nightColours(report);
  let key: string | undefined;
  let page: NightPage = { report, cells, palette };

  function showAll(state: PageState, emptied: () => void): void {
    const wanted = filterKey(state);
    if (wanted === key) return;
    key = wanted;
    const shown = filteredCells(cells, state);
    page = { report: reportOfCells(report, shown), cells: shown, palette };
    keepingFocus(element('filters'), () => fill('filters', filterForm(cells, shown.length, state)));
    fill('found', reportedPart(page.report, wanted === OPEN));
    fill('sections', nightSections(page, openSections(state)));
    emptied();
  }

  startFrame({
    showCell(id, _, back) {
      fill('one', nightCellView({ report, cells, palette }, id, back, data.runPage));
    },
    showAll,
    bodyOf: nightBody,
    contentOf: (id) => nightSection(page, id),
  });
  document.body.dataset.ready = '';
}
