import { grouped } from '../../reference/collect.ts';
import type { Row, SessionRows, Subject, Table } from './table.ts';

/** Sessions of a table by what they are looked up by, so that large runs take time in proportion to their cells. */
type Lookup = {
  readonly bySubject: ReadonlyMap<Subject, readonly SessionRows[]>;
  readonly byRow: ReadonlyMap<Row, SessionRows>;
};

const lookups = new WeakMap<Table, Lookup>();

function lookupOf(table: Table): Lookup {
  const known = lookups.get(table);
  if (known !== undefined) return known;
  const made: Lookup = {
    bySubject: grouped(table.sessions, ({ subject }) => subject),
    byRow: new Map(table.sessions.flatMap((session) => session.rows.map((row) => [row, session] as const))),
  };
  lookups.set(table, made);
  return made;
}

/** The sessions of a subject, in the order of the table. */
export const sessionsOf = (table: Table, subject: Subject): readonly SessionRows[] =>
  lookupOf(table).bySubject.get(subject) ?? [];

/** The session that a row is of. */
export const sessionOfRow = (table: Table, row: Row): SessionRows | undefined => lookupOf(table).byRow.get(row);
