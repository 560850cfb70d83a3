import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
  expect(commands.map(({ script }) => script)).toEqual(expect.arrayContaining(['test', 'bench', 'report', 'compare']));
});

it.each(commands)('$workflow: npm run $script $flags exists', { timeout: 60_000 }, ({ script, flags }) => {
  expect(Object.keys(scripts)).toContain(script);
  if (flags.length === 0) return;
  const [, ...words] = scripts[script]?.split(' ') ?? [];
  const help = execFileSync(process.execPath, ['--import', 'tsx', ...words, '--help'], { cwd: ROOT, encoding: 'utf8' });
  for (const flag of flags) expect(help).toContain(`${flag} `);
});
