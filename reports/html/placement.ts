import type { Placement } from '../../suites/record.ts';
import { NONE } from '../format.ts';
import type { Session } from '../table.ts';
import { html, type Markup } from './markup.ts';
import { badge, dataTable, name, type Page, prose, section, sessionAnchor } from './parts.ts';

type Line = { readonly session: Session; readonly placement: Placement | undefined; readonly first: boolean };

/** The distinct placements of a session's rows, or one line without. */
function lines(session: Session): Line[] {
  const placements = session.rows.flatMap((row) => row.placements);
  const distinct = [...new Map(placements.map((one) => [JSON.stringify(one), one])).values()];
  if (distinct.length === 0) return [{ session, placement: undefined, first: true }];
  return distinct.map((placement, i) => ({ session, placement, first: i === 0 }));
}

const nodes = (placement: Placement | undefined): string => {
  if (placement === undefined) return NONE;
  const counts = Object.entries(placement.nodes);
  return counts.length > 0 ? counts.map(([provider, n]) => `${n} ${provider}`).join(', ') : 'not told';
};

const adapter = (placement: Placement | undefined): Markup | string => {
  if (placement?.adapter === undefined) return NONE;
  const { description, software } = placement.adapter;
  return html`${description}${software ? html` <strong>(software)</strong>` : ''}`;
};

/** Where each session really ran, and how that is known. */
export function placementSection({ table }: Page): Markup {
  const all = table.sessions.flatMap(lines);
  const body =
    all.length === 0
      ? html`<p class="empty">No session was planned. To run them: <code class="copy">npm run bench</code></p>`
      : dataTable<Line>(
          [
            name('Network', ({ session }) => session.subject.label),
            name('Backend', ({ session }) => session.backend),
            name('Status', ({ session }) => badge(session.status)),
            name('Ran on', ({ placement }) => placement?.device ?? NONE),
            prose('Proof', ({ placement }) => placement?.proof ?? NONE),
            prose('Nodes by provider', ({ placement }) => nodes(placement)),
            prose('Adapter', ({ placement }) => adapter(placement)),
            name('Threads got (asked)', ({ placement }) =>
              placement?.threads ? `${placement.threads.got} (${placement.threads.asked})` : NONE,
            ),
            prose('Notes', ({ placement }) => placement?.notes.join('; ') ?? ''),
          ],
          all,
          ({ session, first }) => (first ? sessionAnchor(table, session) : undefined),
        );
  return section(
    'placement',
    'Where it ran',
    html`<p>The device that was asked for and the one that computed are two facts. This is the second, with its evidence, for every network and backend.</p>${body}`,
  );
}
