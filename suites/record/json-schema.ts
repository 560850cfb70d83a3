import { z } from 'zod';
import { SUITES } from '../suites.ts';
import { checkSchema } from './check.ts';
import { endSchema, headerSchema, resumeSchema, SCHEMA } from './header.ts';
import { placementSchema } from './placement.ts';
import { outcomeSchema, partSchema, recordSchema } from './record.ts';
import { settledSchema } from './settled.ts';

/** The parts that have a name of their own under `$defs`. */
const NAMED: readonly (readonly [id: string, schema: z.ZodType])[] = [
  ['header', headerSchema],
  ['record', recordSchema],
  ['part', partSchema],
  ['resume', resumeSchema],
  ['end', endSchema],
  ['outcome', outcomeSchema],
  ['placement', placementSchema],
  ['check', checkSchema],
  ['settled', settledSchema],
  ...SUITES.map(({ id, schema }) => [id, schema] as const),
];

/**
 * The JSON Schema (draft 2020-12) of one line of a run file, as text. It is made from the schemas that read run files.
 * Some of their rules cannot be written in JSON Schema: which line comes first, that a cell is in the plan, that a round
 * of it is recorded once, the number of backends, and the sizes that limits.ts allows a line.
 */
export function runFileSchema(): string {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of NAMED) names.add(schema, { id });
  const line = z.union([headerSchema, recordSchema, partSchema, resumeSchema, endSchema]);
  // `input`: a line may lack what reading fills in.
  const { $schema, ...rest } = z.toJSONSchema(line, { metadata: names, io: 'input' });
  const about = {
    $schema,
    $id: `urn:resnet-bench:run-file:${SCHEMA}`,
    title: `A line of a run file of schema ${SCHEMA}`,
    description:
      'The first line is a header. Records follow, parts of results before their records, and where the run ended, an end. Made by npm run schema.',
  };
  return `${JSON.stringify({ ...about, ...rest }, null, 2)}\n`;
}
