import { sessionOf } from '../suites.ts';
import { type Cell, cellId } from './cell.ts';

/** The key that the cells of one session share: the id, with the session's name instead of the suite. */
export const sessionKey = (cell: Cell): string => cellId({ ...cell, suite: sessionOf(cell.suite) });
