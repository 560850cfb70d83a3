import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ROOT } from '../../../suites/hosts/bundle.ts';

const schema = JSON.parse(readFileSync(join(ROOT, 'suites/record/run-file.schema.json'), 'utf8')) as object;

// Formats are patterns in the schema too.
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(schema);

/** What the committed JSON Schema finds in a line of a run file, by a validator that knows nothing of this project. */
export const schemaErrors = (line: unknown): string[] =>
  validate(line) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
