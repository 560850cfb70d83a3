import { compare } from '../../compare/compare.ts';
import { FACETS, filtered } from '../../table/filter.ts';
import { type Table, tabulate } from '../../table/table.ts';
import { answerPart, choicePart } from '../answer/overview.ts';
import { cellView } from '../cell/cell.ts';
import type { PageData } from '../data.ts';
import type { Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';
import { backendColours } from '../kit/theme.ts';
import { filterForm } from './filters.ts';
import { bodyOf, sectionContent, sectionList } from './sections.ts';
import { reachable, ready } from './sort-tables.ts';
import { followed, type PageState, parseState, stateText } from './state.ts';

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found;
};

/** Replaces an element's content. The markup is escaped already. */
function fill(id: string, { markup }: Markup): void {
  const target = element(id);
  target.innerHTML = markup;
  ready(target);
}

/** What is shown depends on these alone; a cell or a place does not change it. */
const filterKey = (state: PageState): string => JSON.stringify([...FACETS, 'text' as const].map((key) => state[key]));

/** Shows a run as the address says, and follows what the reader chooses. */
export function start({ run, base }: PageData): void {
  const all = tabulate(run);
  const { palette } = backendColours(all.backends);
  const whole = base && compare(base.run, run, base.rules);
  let state: PageState = {};
  let shown: Table | undefined;
  let keys = { filter: '', order: '' };
  let written = new Set<string>();

  const openSections = (): Set<string> => new Set((state.open ?? '').split(' ').filter(Boolean));
  const pageOf = (table: Table): Page => ({ table, palette });
  const comparisonOf = (table: Table) => {
    if (whole === undefined || table === all) return whole;
    const ids = new Set(table.rows.map(({ id }) => id));
    return { ...whole, changes: whole.changes.filter(({ id }) => ids.has(id)) };
  };

  /** Writes the content of the open sections that have none yet. */
  function writeOpen(table: Table): void {
    for (const id of openSections())
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
      fill('filters', filterForm(all, table, state));
      written = new Set();
      fill('sections', sectionList(page, comparisonOf(table), openSections()));
    }
    if (filter !== keys.filter || order !== keys.order || shown === undefined)
      fill('choice', choicePart(page, { base: state.base, sort: state.sort, interactive: true }));
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
      scrollTo(0, element('one').offsetTop);
      element('one').querySelector('h2')?.focus({ preventScroll: true });
      return;
    }
    showAll();
    reachable();
    if (go || state.at !== before.at || before.cell !== undefined) openAt();
  }

  /** Changes the state without a new entry in the history. */
  function choose(next: PageState): void {
    history.replaceState(null, '', `#${stateText(next)}`);
    show(next, false);
  }

  function opened(details: HTMLDetailsElement): void {
    const open = openSections();
    if (details.open) open.add(details.id);
    else open.delete(details.id);
    const { open: _, ...rest } = state;
    const next = open.size === 0 ? rest : { ...rest, open: [...open].join(' ') };
    if (stateText(next) !== stateText(state)) history.replaceState(null, '', `#${stateText(next)}`);
    state = next;
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
    const link = target?.closest('a')?.getAttribute('href');
    if (link?.startsWith('#') && !link.startsWith('#/')) {
      event.preventDefault();
      const next = followed(state, parseState(link));
      const text = stateText(next);
      if (`#${text}` !== location.hash) history.pushState(null, '', `#${text}`);
      show(next, true);
    }
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
  const form = element('filters') as HTMLFormElement;
  form.hidden = false;
  const chosen = (): PageState => {
    const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
    const { sort, open } = state;
    return { ...fields, ...(sort ? { sort } : {}), ...(open ? { open } : {}) };
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
