import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { lastWords } from '../fault.ts';

/** The end of a log is enough to tell why a process died. */
const TAIL_BYTES = 65_536;

function tailOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** Why a process ended early, with what it said last. */
export function endText(exit: string, log: string): string {
  const words = lastWords(tailOf(log));
  return `the process ended (${exit})${words === undefined ? '' : `: ${words}`}`;
}
