import { type Comparison, compare } from '../../compare/compare.ts';
import { filteredComparison } from '../../compare/filtered.ts';
import { unpackTrends } from '../../nightly/packed.ts';
import { FACETS, filtered } from '../../table/filter.ts';
import { type Table, tabulate } from '../../table/table.ts';
import { answerPart, choicePart } from '../answer/overview.ts';
import { cellView } from '../cell/cell.ts';
import { stripOf } from '../cell/strip.ts';
import type { PageData } from '../data.ts';
import type { Page } from '../kit/parts.ts';
import { backendColours } from '../kit/theme.ts';
import { element, fill, keepingFocus } from './dom.ts';
import { filterForm } from './filters.ts';
import { startFrame } from './frame.ts';
import { openSections } from './navigation.ts';
import { offerFiles } from './save.ts';
import { bodyOf, sectionContent, sectionList } from './sections.ts';
import type { PageState } from './state.ts';
import { onFigure, recolour } from './strip.ts';

/** What is shown depends on these alone; a cell or a place does not change it. */
const filterKey = (state: PageState): string => JSON.stringify([...FACETS, 'text' as const].map((key) => state[key]));

/** Shows a run as the address says, and follows what the reader chooses. */
export function start({ run, base, history: nights }: PageData): void {
  const all = tabulate(run);
  const { palette } = backendColours(all.backends);
  const whole = base && compare(base.run, run, base.rules);
  const before = base && tabulate(base.run);
  const trends = nights && { ...nights, trends: unpackTrends(nights.trends) };
  let shown: Table | undefined;
  let keys = { filter: '', order: '' };

  const pageOf = (table: Table): Page => ({
    table,
    palette,
    ...(before ? { base: before } : {}),
    ...(trends ? { history: trends } : {}),
  });
  const comparisonOf = (shown: Table, state: PageState) =>
    whole && before && filteredComparison(whole, { base: before, head: all, shown }, state);
  let drawn: { readonly page: Page; readonly comparison: Comparison | undefined } = {
    page: pageOf(all),
    comparison: whole,
  };

  function showAll(state: PageState, emptied: () => void): void {
    const filter = filterKey(state);
    const order = JSON.stringify([state.base, state.sort]);
    const table = shown === undefined || filter !== keys.filter ? filtered(all, state) : shown;
    const isNew = table !== shown;
    if (isNew) {
      drawn = { page: pageOf(table), comparison: comparisonOf(table, state) };
      if (shown !== undefined || table !== all) fill('answer', answerPart(drawn.page));
      keepingFocus(element('filters'), () => fill('filters', filterForm(all, table, state, before)));
      fill('sections', sectionList(drawn.page, drawn.comparison, openSections(state)));
      emptied();
    }
    if (isNew || order !== keys.order)
      fill('choice', choicePart(drawn.page, { base: state.base, sort: state.sort, interactive: true, since: whole }));
    shown = table;
    keys = { filter, order };
  }

  /** Colours the network of a cell by a figure. */
  function colour(id: string, by: string): void {
    const row = all.rows.find((one) => one.id === id);
    if (row !== undefined) recolour(element('one'), by, (figure) => stripOf(row, figure));
  }

  const frame = startFrame({
    showCell(id, { by }, back) {
      fill('one', cellView(pageOf(all), id, whole, back));
      if (by !== undefined) colour(id, by);
    },
    showAll,
    bodyOf,
    contentOf: (id) => sectionContent(id, drawn.page, drawn.comparison),
  });
  document.addEventListener('click', ({ target }) => {
    const sort = target instanceof Element ? target.closest<HTMLElement>('[data-sort]')?.dataset.sort : undefined;
    if (sort === undefined) return;
    const { sort: now, at: _, ...rest } = frame.state();
    frame.choose(now === sort ? { ...rest, sort: `-${sort}` } : now === `-${sort}` ? rest : { ...rest, sort });
    document.querySelector<HTMLElement>(`[data-sort="${sort}"]`)?.focus();
  });
  onFigure(element('one'), (by) => {
    const state = { ...frame.state(), by };
    frame.keep(state);
    if (state.cell !== undefined) colour(state.cell, by);
  });
  offerFiles(element('save'), run, () => shown ?? filtered(all, frame.state()));
  document.body.dataset.ready = '';
}
