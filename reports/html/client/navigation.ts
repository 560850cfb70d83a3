import { followed, type PageState, parseState, stateText } from './state.ts';

/** The ids of the sections that are open. */
export const openSections = ({ open = '' }: PageState): Set<string> => new Set(open.split(' ').filter(Boolean));

/** Writes a state into the address, without a new entry in the history. */
export const replaceState = (state: PageState): void => history.replaceState(null, '', `#${stateText(state)}`);

/** The state after a section was opened or closed, which the address holds too. */
export function toggled(state: PageState, details: HTMLDetailsElement): PageState {
  const open = openSections(state);
  if (details.open) open.add(details.id);
  else open.delete(details.id);
  const { open: _, ...rest } = state;
  const next = open.size === 0 ? rest : { ...rest, open: [...open].join(' ') };
  if (stateText(next) !== stateText(state)) replaceState(next);
  return next;
}

/** The state that a click leads to, with an entry in the history; undefined where it is not on a link within the page. */
export function followedLink(event: MouseEvent, state: PageState): PageState | undefined {
  const target = event.target instanceof Element ? event.target : undefined;
  const link = target?.closest('a')?.getAttribute('href');
  if (!link?.startsWith('#') || link.startsWith('#/')) return undefined;
  event.preventDefault();
  const next = followed(state, parseState(link));
  const text = stateText(next);
  if (`#${text}` !== location.hash) history.pushState(null, '', `#${text}`);
  return next;
}
