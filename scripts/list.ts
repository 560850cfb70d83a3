import type { Command } from 'commander';
import { DATA_SETS } from '../reference/datasets/datasets.ts';
import { KNOWN_PRECISIONS } from '../reference/precisions/notation.ts';
import { BACKENDS } from '../suites/backends/backends.ts';
import { PROFILES } from '../suites/plan/profiles.ts';
import { knownModels } from '../suites/plan/query.ts';
import { SUITES } from '../suites/suites.ts';
import { print } from './output.ts';

/** Everything that can be requested: the rows of every table, as text. */
function listText(): string {
  const section = (title: string, rows: readonly string[]) => `${title}\n${rows.map((row) => `  ${row}`).join('\n')}\n`;
  return [
    section('models (also any liveN and seedN, and torchN for torchvision’s)', knownModels()),
    section(
      'backends',
      BACKENDS.map(({ id, host, device }) => `${id.padEnd(20)} ${device} in ${host === 'node' ? 'Node' : 'a browser'}`),
    ),
    section(
      'suites',
      SUITES.map(({ id, question }) => `${id.padEnd(12)} ${question}`),
    ),
    section(
      'data sets (--data; also any folder of labelled images)',
      DATA_SETS.map(({ id, title, images }) => `${id.padEnd(12)} ${title}, ${images} images`),
    ),
    section('precisions', KNOWN_PRECISIONS),
    section(
      'profiles',
      PROFILES.map(({ id, purpose }) => `${id.padEnd(6)} ${purpose}`),
    ),
    'A cell: suite:model:precision:batch:size:backend, such as latency:resnet50.live0:fp32:b1:224:ort-web/webgpu\n',
  ].join('\n');
}

/** Adds the command `list`. */
export const addList = (program: Command): Command =>
  program
    .command('list')
    .description('list models, backends, suites, data sets and profiles')
    .action(() => print(listText()));
