import { findSuite } from '../suites.ts';

type Fields = { readonly [name: string]: unknown };

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Schema 2 to 3: only results got more parts, which their suites complete. */
export const fromSchema2 = (line: unknown): unknown =>
  isFields(line) && line.kind === 'run' ? { ...line, schema: 3 } : line;

/** Parts of an adapter that were not recorded. */
const UNKNOWN = { vendor: null, architecture: null, device: null, driver: null };

function withAdapter(placement: unknown): unknown {
  if (!isFields(placement) || !isFields(placement.adapter) || 'vendor' in placement.adapter) return placement;
  return { ...placement, adapter: { ...UNKNOWN, ...placement.adapter } };
}

const withResult = (result: unknown, id: string): unknown =>
  isFields(result) ? (findSuite(`${result.suite}`)?.upgrade?.(result, id) ?? result) : result;

/**
 * A line of schema 3 as it was first written, as what it is: the number stayed when adapters and results got more parts.
 * Throws where a part follows from nothing that the line holds.
 */
export function completed(line: unknown): unknown {
  if (!isFields(line) || !isFields(line.outcome)) return line;
  const { outcome } = line;
  const [placement, result] = [withAdapter(outcome.placement), withResult(outcome.result, `${line.id}`)];
  if (placement === outcome.placement && result === outcome.result) return line;
  return { ...line, outcome: { ...outcome, placement, result } };
}
