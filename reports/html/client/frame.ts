import type { Markup } from '../kit/markup.ts';
import { element, fill } from './dom.ts';
import { followedLink, openSections, replaceState, toggled } from './navigation.ts';
import { reachable } from './sort-tables.ts';
import { followed, type PageState, parseState, stateText } from './state.ts';

/** What a page shows: one cell, or all that a state chooses. */
export type View = {
  /** Shows a cell. `back` is the address of what was shown before. */
  showCell(id: string, state: PageState, back: string): void;
  /** Shows all. Calls `emptied` where it writes the sections anew. */
  showAll(state: PageState, emptied: () => void): void;
  /** The id of the element that a section's content goes into. */
  bodyOf(section: string): string;
  contentOf(section: string): Markup;
};

/** What a page may do with its state beside what the frame does. */
export type Frame = {
  state(): PageState;
  /** Shows a state, without a new entry in the history. */
  choose(state: PageState): void;
  /** Keeps a state that is shown already, in the address too. */
  keep(state: PageState): void;
};

/** Shows a page as its address says, and follows links, sections that open, and filters. */
export function startFrame(view: View): Frame {
  let state: PageState = {};
  let written = new Set<string>();

  /** Writes the content of the open sections that have none yet. */
  function writeOpen(): void {
    for (const id of openSections(state)) {
      const body = view.bodyOf(id);
      if (written.has(id) || document.getElementById(body) === null) continue;
      written.add(id);
      fill(body, view.contentOf(id));
    }
  }

  function opened(details: HTMLDetailsElement): void {
    state = toggled(state, details);
    writeOpen();
  }

  /** Goes to the place of the state, and opens it where it is a section. */
  function goTo(at: string): void {
    const target = document.getElementById(at);
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      opened(target);
    }
    target?.scrollIntoView();
  }

  /** Shows a state. `go`: whether its place is gone to even where it is the one before. */
  function show(next: PageState, go: boolean): void {
    const before = state;
    state = next;
    const { cell, at } = state;
    element('one').hidden = cell === undefined;
    element('all').hidden = cell !== undefined;
    if (cell !== undefined) {
      view.showCell(cell, state, stateText(followed(state, {})));
      scrollTo(0, element('one').offsetTop);
      element('one').querySelector('h2')?.focus({ preventScroll: true });
      return;
    }
    view.showAll(state, () => {
      written = new Set();
    });
    writeOpen();
    reachable();
    if (at !== undefined && (go || at !== before.at || before.cell !== undefined)) goTo(at);
  }

  function choose(next: PageState): void {
    replaceState(next);
    show(next, false);
  }

  /** What a change of the filters leaves as it is. */
  const kept = ({ sort, open, by }: PageState): PageState => ({
    ...(sort ? { sort } : {}),
    ...(open ? { open } : {}),
    ...(by ? { by } : {}),
  });

  document.addEventListener('click', (event) => {
    const next = followedLink(event, state);
    if (next !== undefined) show(next, true);
  });
  addEventListener('popstate', () => show(parseState(location.hash), true));
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.classList.contains('view')) opened(target);
      reachable();
    },
    true,
  );
  const form = element('filters') as HTMLFormElement;
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', () => {
    const fields = [...new FormData(form)].filter(([, value]) => value !== '');
    choose({ ...Object.fromEntries(fields), ...kept(state) });
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    choose(state.open ? { open: state.open } : {});
  });
  show(parseState(location.hash), true);
  return {
    state: () => state,
    choose,
    keep(next) {
      state = next;
      replaceState(next);
    },
  };
}
