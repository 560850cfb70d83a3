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
import { html, type Markup } from '../kit/markup.ts';
import { element, fill, keepingFocus } from './dom.ts';
import { select, TITLES } from './filters.ts';
import { followedLink, openSections, replaceState, toggled } from './navigation.ts';
import { reachable } from './sort-tables.ts';
import { followed, type PageState, parseState, stateText } from './state.ts';

const filterKey = (state: PageState): string =>
  JSON.stringify([...NIGHT_FACETS, 'text' as const].map((key) => state[key] ?? ''));
const OPEN = filterKey({});

/** The choices of the page of a night. */
function filterForm(all: readonly NightCell[], shown: number, state: PageState): Markup {
  const facets = NIGHT_FACETS.flatMap((facet) => {
    const values = nightValues(all, facet);
    return values.length > 1
      ? [select({ name: facet, title: TITLES[facet], values, chosen: state[facet], none: 'all' })]
      : [];
  });
  const count = filterKey(state) === OPEN ? `${all.length} cells` : `${shown} of ${all.length} cells`;
  return html`<fieldset><legend>Show</legend>${facets}
<label>Text<input type="search" name="text" value="${state.text ?? ''}" placeholder="part of a cell id or a finding"></label>
<button type="reset">Show all</button> <output>${count}</output></fieldset>`;
}

/** Shows a night as the address says, and follows what the reader chooses. */
export function startNight(data: NightData): void {
  const report = { ...data.report, trends: unpackTrends(data.trends) };
  const cells = nightCells(report);
  const { palette } = nightColours(report);
  let state: PageState = {};
  let key: string | undefined;
  let page: NightPage = { report, cells, palette };
  let written = new Set<string>();

  /** Writes the content of the open sections that have none yet. */
  function writeOpen(): void {
    for (const id of openSections(state))
      if (!written.has(id) && document.getElementById(nightBody(id)) !== null) {
        written.add(id);
        fill(nightBody(id), nightSection(page, id));
      }
  }

  function showAll(): void {
    const wanted = filterKey(state);
    if (wanted !== key) {
      const shown = filteredCells(cells, state);
      page = { report: reportOfCells(report, shown), cells: shown, palette };
      written = new Set();
      keepingFocus(element('filters'), () => fill('filters', filterForm(cells, shown.length, state)));
      fill('found', reportedPart(page.report, wanted === OPEN));
      fill('sections', nightSections(page, openSections(state)));
    }
    key = wanted;
    writeOpen();
  }

  /** Shows a state. `go`: whether its place is gone to even where it is the one before. */
  function show(next: PageState, go: boolean): void {
    const before = state;
    state = next;
    const one = state.cell;
    element('one').hidden = one === undefined;
    element('all').hidden = one !== undefined;
    if (one !== undefined) {
      const view = nightCellView({ report, cells, palette }, one, stateText(followed(state, {})), data.runPage);
      fill('one', view);
      scrollTo(0, element('one').offsetTop);
      element('one').querySelector('h2')?.focus({ preventScroll: true });
      return;
    }
    showAll();
    reachable();
    if (state.at === undefined || !(go || state.at !== before.at || before.cell !== undefined)) return;
    const target = document.getElementById(state.at);
    if (target instanceof HTMLDetailsElement) target.open = true;
    target?.scrollIntoView();
  }

  function choose(next: PageState): void {
    replaceState(next);
    show(next, false);
  }

  document.addEventListener('click', (event) => {
    const next = followedLink(event, state);
    if (next !== undefined) show(next, true);
  });
  addEventListener('popstate', () => show(parseState(location.hash), true));
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.classList.contains('view')) {
        state = toggled(state, target);
        writeOpen();
      }
      reachable();
    },
    true,
  );
  const form = element('filters') as HTMLFormElement;
  form.hidden = false;
  const rest = (): PageState => (state.open ? { open: state.open } : {});
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', () =>
    choose({ ...Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== '')), ...rest() }),
  );
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    choose(rest());
  });
  show(parseState(location.hash), true);
  document.body.dataset.ready = '';
}
