import { FACETS, type Filter } from '../../table/filter.ts';

/** What a reader has chosen, all of it in the address after `#`, so that a link shows what its sender saw. */
export type PageState = Filter & {
  /** The backend that ratios are of. */
  readonly base?: string;
  /** The criterion that standings are sorted by, with `-` before it for the largest first. */
  readonly sort?: string;
  /** The sections that are open, by their ids, separated by spaces. */
  readonly open?: string;
  /** The id of the cell that is shown alone. */
  readonly cell?: string;
  /** The figure that a cell's network is coloured by. */
  readonly by?: string;
  /** The element to scroll to. */
  readonly at?: string;
};

const KEYS = [...FACETS, 'text', 'base', 'sort', 'open', 'cell', 'by', 'at'] as const;

/** Decoded, or as it is where it cannot be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The state of an address: `#model=…&host=…`, or `#ID` for an element alone. What is unknown is left out. */
export function parseState(hash: string): PageState {
  const text = hash.replace(/^#/, '');
  if (text === '') return {};
  if (!text.includes('=')) return { at: decoded(text) };
  const fields = new URLSearchParams(text);
  return Object.fromEntries(KEYS.flatMap((key) => (fields.get(key) ? [[key, fields.get(key) ?? '']] : [])));
}

/** The address of a state, without `#`. */
export function stateText(state: PageState): string {
  const fields = new URLSearchParams();
  for (const key of KEYS) if (state[key]) fields.set(key, state[key]);
  return fields.toString();
}

/** The state after following a link: what was chosen stays, but for the place. */
export const followed = ({ cell: _, at: __, ...chosen }: PageState, link: PageState): PageState => ({
  ...chosen,
  ...link,
});
