import { compare } from '../../compare/compare.ts';
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
import { followedLink, openSections, replaceState, toggled } from './navigation.ts';
import { offerFiles } from './save.ts';
import { bodyOf, sectionContent, sectionList } from './sections.ts';
import { reachable } from './sort-tables.ts';
import { followed, type PageState, parseState, stateText } from './state.ts';
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
  let state: PageState = {};
  let shown: Table | undefined;
  let keys = { filter: '', order: '' };
  let written = new Set<string>();

  const pageOf = (table: Table): Page => ({
    table,
    palette,
    ...(before ? { base: before } : {}),
    ...(trends ? { history: trends } : {}),
  });
  const comparisonOf = (shown: Table) =>
    whole && before && filteredComparison(whole, { base: before, head: all, shown }, state);

  /** Writes the content of the open sections that have none yet. */
  function writeOpen(table: Table): void {
    for (const id of openSections(state))
      if (!written.has(id) && document.getElementById(bodyOf(id)) !== null) {
        written.add(id);
        fill(bodyOf(id), sectionContent(id, pageOf(table), comparisonOf(table)));
      }
  }

  function showAll(): void {
    const filter = filterKey(state);
    const order = JSON.stringify([state.base, state.sort]);
    const table = shown !== undefined && filter === keys.filter ? shown : filtered(all, state);
    const page = pageOf(table);
    if (filter !== keys.filter || shown === undefined) {
      if (shown !== undefined || table !== all) fill('answer', answerPart(page));
      keepingFocus(element('filters'), () => fill('filters', filterForm(all, table, state, before)));
      written = new Set();
      fill('sections', sectionList(page, comparisonOf(table), openSections(state)));
    }
    if (filter !== keys.filter || order !== keys.order || shown === undefined)
      fill('choice', choicePart(page, { base: state.base, sort: state.sort, interactive: true, since: whole }));
    shown = table;
    keys = { filter, order };
    writeOpen(table);
  }

  /** Shows a section where it is the place to go to. */
  function openAt(): void {
    const { at } = state;
    if (at === undefined) return;
    const target = document.getElementById(at);
    if (target instanceof HTMLDetailsElement && !target.open) target.open = true;
    if (target instanceof HTMLDetailsElement) opened(target);
    target?.scrollIntoView();
  }

  /** Shows a state. `go`: whether its place is gone to even where it is the one before. */
  function show(next: PageState, go: boolean): void {
    const before = state;
    state = next;
    const one = state.cell;
    element('one').hidden = one === undefined;
    element('all').hidden = one !== undefined;
    if (one !== undefined) {
      const back = stateText(followed(state, {}));
      fill('one', cellView(pageOf(all), one, whole, back));
      if (state.by !== undefined) colour(one, state.by);
      scrollTo(0, element('one').offsetTop);
      element('one').querySelector('h2')?.focus({ preventScroll: true });
      return;
    }
    showAll();
    reachable();
    if (go || state.at !== before.at || before.cell !== undefined) openAt();
  }

  /** Colours the network of a cell by a figure. */
  function colour(id: string, by: string): void {
    const row = all.rows.find((one) => one.id === id);
    if (row !== undefined) recolour(element('one'), by, (figure) => stripOf(row, figure));
  }

  /** Changes the state without a new entry in the history. */
  function choose(next: PageState): void {
    replaceState(next);
    show(next, false);
  }

  function opened(details: HTMLDetailsElement): void {
    state = toggled(state, details);
    if (shown !== undefined) writeOpen(shown);
  }

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : undefined;
    const sort = target?.closest<HTMLElement>('[data-sort]')?.dataset.sort;
    if (sort !== undefined) {
      const { sort: now, at: _, ...rest } = state;
      choose(now === sort ? { ...rest, sort: `-${sort}` } : now === `-${sort}` ? rest : { ...rest, sort });
      document.querySelector<HTMLElement>(`[data-sort="${sort}"]`)?.focus();
      return;
    }
    const next = followedLink(event, state);
    if (next !== undefined) show(next, true);
  });
  onFigure(element('one'), (by) => {
    state = { ...state, by };
    history.replaceState(null, '', `#${stateText(state)}`);
    if (state.cell !== undefined) colour(state.cell, by);
  });
  addEventListener('popstate', () => show(parseState(location.hash), true));
  document.addEventListener(
    'toggle',
    (event) => {
      const { target } = event;
      if (target instanceof HTMLDetailsElement && target.classList.contains('view')) opened(target);
      reachable();
    },
    true,
  );
  offerFiles(element('save'), run, () => shown ?? filtered(all, state));
  const form = element('filters') as HTMLFormElement;
  form.hidden = false;
  const chosen = (): PageState => {
    const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
    const { sort, open, by } = state;
    return { ...fields, ...(sort ? { sort } : {}), ...(open ? { open } : {}), ...(by ? { by } : {}) };
  };
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', () => choose(chosen()));
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    choose(state.open ? { open: state.open } : {});
  });
  show(parseState(location.hash), true);
  document.body.dataset.ready = '';
}
