import type { Input, Reader } from './input.ts';

/** What an input may take at most, beyond its own size in memory. */
const MOST_SECONDS = 2;
const MOST_BYTES = 512 * 2 ** 20;
const LONGEST_LINE = 500;

/** Texts of the JavaScript engine, which a message for a user never has: a check is missing. */
const ACCIDENT = new RegExp(
  [
    ...['Maximum call stack', 'undefined is not', 'Cannot (read|set) properties', 'Invalid (typed )?array length'],
    ...['is not a function', 'is not iterable', 'Array buffer allocation', 'out of bounds', 'outside the bounds'],
    ...['Invalid string length', 'Cannot convert', 'start offset', 'should be a multiple', 'Cannot mix BigInt'],
    ...['digits\\(\\)', 'Invalid time value'],
    ...['circular structure', 'Map maximum size', 'Set maximum size', 'Cannot create', 'before initialization'],
  ].join('|'),
);

/** What is wrong with a message for a user, or undefined. */
function faultOf(message: string): string | undefined {
  const shown = JSON.stringify(message.slice(0, 200));
  if (message.length > LONGEST_LINE) return `a message of ${message.length} characters: ${shown}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those that a terminal acts on are what is sought
  if (/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(message))
    return `a message of several lines, or with marks: ${shown}`;
  if (message.trim() === '') return 'an empty message';
  return undefined;
}

/** What is wrong with an error that an input is refused with. */
function refusalFault(error: unknown, typed: boolean): string | undefined {
  if (!(error instanceof Error)) return `what is thrown is no Error: ${typeof error}`;
  const { name, message } = error;
  if ((name !== 'Error' && name !== 'RangeError') || ACCIDENT.test(message))
    return `not meant: ${name}: ${JSON.stringify(message.slice(0, 200))}`;
  return typed ? undefined : faultOf(message);
}

/** The outcome of an input: read or refused as it should be, or what is wrong. */
export type Verdict = { readonly kind: 'valid' | 'refused' | 'fault'; readonly what: string; readonly seconds: number };

/** Reads an input, and judges the error, the time and the memory. */
export async function judge(reader: Reader, input: Input): Promise<Verdict> {
  const size = [input.main, ...input.parts.values()].reduce((sum, part) => sum + part.length, 0);
  const resident = process.memoryUsage.rss();
  const before = { wall: performance.now(), cpu: process.cpuUsage(), peak: process.resourceUsage().maxRSS };
  let kind: 'valid' | 'refused' = 'valid';
  let fault: string | undefined;
  try {
    for (const message of await reader.read(input)) fault ??= faultOf(message);
  } catch (error) {
    kind = 'refused';
    fault = refusalFault(error, reader.typed);
  }
  const cpu = process.cpuUsage(before.cpu);
  // Not wall time, which includes other processes on a busy machine; and a second thread collects garbage.
  const seconds = Math.min((performance.now() - before.wall) / 1e3, (cpu.user + cpu.system) / 1e6);
  // The peak is that of the process's whole life. Where it has not grown, this input did not cause it.
  const { maxRSS } = process.resourceUsage();
  const grown = maxRSS > before.peak ? 1024 * maxRSS - resident : 0;
  if (seconds > MOST_SECONDS) fault ??= `slow: ${seconds.toFixed(1)} s`;
  if (grown > size + MOST_BYTES) fault ??= `memory: ${Math.round(grown / 2 ** 20)} MB for ${size} bytes`;
  return fault === undefined ? { kind, what: '', seconds } : { kind: 'fault', what: fault, seconds };
}
