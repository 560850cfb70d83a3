/** Writes the JSON Schema of the run file, from the schemas that read it. */
import { writeFileSync } from 'node:fs';
import { runFileSchema } from '../suites/record/json-schema.ts';
import { print } from './output.ts';

const PATH = 'suites/record/run-file.schema.json';

writeFileSync(new URL(`../${PATH}`, import.meta.url), runFileSchema());
print(`${PATH}\n`);
