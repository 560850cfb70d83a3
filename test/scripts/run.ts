import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../suites/hosts/bundle.ts';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the command line as npm does, without a mirror unless given. `cache` is the cache folder. */
export function runCli(words: readonly string[], cache: string, env: { [name: string]: string } = {}): Promise<Ran> {
  const { RESNET_MIRROR: _, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', join(ROOT, 'scripts/cli.ts'), ...words],
      { cwd: ROOT, env: { ...rest, RESNET_CACHE: cache, NO_COLOR: '1', ...env }, maxBuffer: 1e8 },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

/** The error lines. */
export const errorsOf = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('error:'));
