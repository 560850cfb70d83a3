import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../suites/hosts/bundle.ts';
import { endSchema, headerSchema, SCHEMA } from '../../../suites/record/header.ts';
import { runFileSchema } from '../../../suites/record/json-schema.ts';
import { recordSchema } from '../../../suites/record/record.ts';
import { syntheticRun } from '../../reports/fixture.ts';
import { schemaErrors } from './validator.ts';

const committed = readFileSync(join(ROOT, 'suites/record/run-file.schema.json'), 'utf8');
const fixture = readFileSync(join(import.meta.dirname, 'fixtures', 'schema-3.jsonl'), 'utf8')
  .trim()
  .split('\n');

/** Every value that differs from this one by one field that is left out, or one that nobody knows. */
function* variants(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [i, one] of value.entries()) for (const other of variants(one)) yield value.with(i, other);
    return;
  }
  yield { ...value, unheard: 1 };
  for (const [name, one] of Object.entries(value)) {
    const { [name as keyof typeof value]: _, ...rest } = value;
    yield rest;
    for (const other of variants(one)) yield { ...value, [name]: other };
  }
}

/** Whether this version's own schemas read a line. */
const reads = (line: unknown): boolean =>
  [headerSchema, recordSchema, endSchema].some((schema) => schema.safeParse(line).success);

describe('the JSON Schema of a run file', () => {
  it('is the committed one (npm run schema makes it anew)', () => expect(committed).toBe(runFileSchema()));

  it('is valid, and names its version', () => {
    const schema = JSON.parse(committed) as { $id: string };
    expect(new Ajv2020().validateSchema(schema)).toBe(true);
    expect(schema.$id).toBe(`urn:resnet-bench:run-file:${SCHEMA}`);
  });

  it('allows what runs wrote, of every suite', () => {
    const { header, records, end } = syntheticRun();
    expect([header, ...records, end].flatMap(schemaErrors)).toEqual([]);
    expect(fixture.map((line) => JSON.parse(line) as unknown).flatMap(schemaErrors)).toEqual([]);
  });

  it('refuses what this version cannot read, and allows what it can: a field less or more, anywhere', () => {
    const [header = '', ...lines] = fixture;
    // One of each suite, on the backend with the most to tell, and the end.
    const some = [header, ...lines.slice(4, 8), ...lines.slice(-1)].map((line) => JSON.parse(line) as unknown);
    const all = some.flatMap((line) => [...variants(line)]);
    const wrong = all.filter((line) => (schemaErrors(line).length === 0) !== reads(line));
    expect(wrong).toEqual([]);
    const refused = all.filter((line) => schemaErrors(line).length > 0);
    expect(refused.length).toBeGreaterThan(100);
    expect(refused.length).toBeLessThan(all.length);
  });
});
