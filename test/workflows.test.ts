import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../suites/hosts/bundle.ts';

const FOLDER = join(ROOT, '.github', 'workflows');
const texts = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: { [name: string]: string };
};

/** What a workflow runs of ours: the script's name, and the flags that it is given. */
const commands = texts.flatMap(({ name, text }) =>
  [...text.matchAll(/\bnpm (?:run (?:--silent )?([\w:]+)|(test))\b([^\n|>]*)/g)].map(([, run, test, words = '']) => ({
    workflow: name,
    script: run ?? test ?? '',
    flags: [...(words.split(' -- ')[1] ?? '').matchAll(/--[\w-]+/g)].map(([flag]) => flag),
  })),
);

it('finds the commands of every workflow', () => {
  expect(new Set(commands.map(({ workflow }) => workflow))).toEqual(new Set(texts.map(({ name }) => name)));
  expect(commands.map(({ script }) => script)).toEqual(expect.arrayContaining(['test', 'nightly', 'merge', 'report']));
});

/** What GitHub's own parser finds in each workflow. */
function faults(contents: readonly string[]): string[][] {
  const words = ['--import', 'tsx', join(ROOT, 'test', 'workflow-faults.ts')];
  const options = { cwd: ROOT, encoding: 'utf8', input: JSON.stringify(contents) } as const;
  return JSON.parse(execFileSync(process.execPath, words, options)) as string[][];
}

it('are workflows by GitHub’s schema', () => {
  expect(faults(texts.map(({ text }) => text))).toEqual(texts.map(() => []));
});

it.each([
  ['a key that does not exist', 'timeout-minutes:', 'timeout-minuts:', "Unexpected value 'timeout-minuts'"],
  ['a job that does not exist', 'needs: shard', 'needs: shards', "Job 'merge' depends on unknown job 'shards'"],
  ['a context that does not exist', 'matrix.shard', 'matrixx.shard', "Unrecognized named-value: 'matrixx'"],
  ['a step without work', 'run: npm ci', 'name: nothing', "There's not enough info to determine what you meant"],
])('are none with %s', (_, right, wrong, fault) => {
  const { text = '' } = texts.find(({ name }) => name === 'nightly.yml') ?? {};
  expect(text).toContain(right);
  expect(faults([text.replaceAll(right, wrong)]).join()).toContain(fault);
});

it('runs every shard of a night, each with the number that there are', () => {
  const { text = '' } = texts.find(({ name }) => name === 'nightly.yml') ?? {};
  const { jobs } = parse(text) as { jobs: { shard: { strategy: { matrix: { shard: number[] } } } } };
  const { shard: shards } = jobs.shard.strategy.matrix;
  expect(shards).toEqual(shards.map((_, i) => i + 1));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a workflow
  expect(text).toContain('--shard ${{ matrix.shard }}/${{ strategy.job-total }}');
});

// The nightly gate is built beside this; once its script is there, its options are checked like all others.
const here = commands.filter(({ script }) => script !== 'nightly' || existsSync(join(ROOT, 'scripts', 'nightly.ts')));

it.each(here)('$workflow: npm run $script $flags exists', { timeout: 60_000 }, ({ script, flags }) => {
  expect(Object.keys(scripts)).toContain(script);
  if (flags.length === 0) return;
  const [, ...words] = scripts[script]?.split(' ') ?? [];
  const help = execFileSync(process.execPath, ['--import', 'tsx', ...words, '--help'], { cwd: ROOT, encoding: 'utf8' });
  for (const flag of flags) expect(help).toContain(`${flag} `);
});
