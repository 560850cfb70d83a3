import type { Row, Session, Subject, Table } from './table.ts';

/** Sessions of a table by what they are looked up by, so that large runs take time in proportion to their cells. */
type Lookup = {
  readonly bySubject: ReadonlyMap<Subject, readonly Session[]>;
  readonly byRow: ReadonlyMap<Row, Session>;
  readonly places: ReadonlyMap<Session, number>;
};

const lookups = new WeakMap<Table, Lookup>();

function lookupOf(table: Table): Lookup {
  const known = lookups.get(table);
  if (known !== undefined) return known;
  const made: Lookup = {
    bySubject: grouped(table.sessions, ({ subject }) => subject),
    byRow: new Map(table.sessions.flatMap((session) => session.rows.map((row) => [row, session] as const))),
    places: new Map(table.sessions.map((session, i) => [session, i])),
  };
  lookups.set(table, made);
  return made;
}

/** The items by their keys, in order. */
export function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** The sessions of a subject, in the order of the table. */
export const sessionsOf = (table: Table, subject: Subject): readonly Session[] =>
  lookupOf(table).bySubject.get(subject) ?? [];

/** The session that a row is of. */
export const sessionOfRow = (table: Table, row: Row): Session | undefined => lookupOf(table).byRow.get(row);

/** Which session of the table it is, from 0. */
export const placeOf = (table: Table, session: Session): number => lookupOf(table).places.get(session) ?? -1;

/** The largest and the least of any number of values: a spread of very many overflows the stack. */
export const maximum = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
export const minimum = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
