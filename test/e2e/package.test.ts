import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRuns } from '../../suites/engine/runs.ts';
import { ROOT } from '../../suites/hosts/bundle.ts';

// The package as others get it: built, packed, installed without scripts, and run by Node alone.

const folder = mkdtempSync(join(tmpdir(), 'resnet-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const home = join(folder, 'home');
const id = 'conformance:resnet20.seed0:fp32:b1:32:ort-node/cpu';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const { NODE_OPTIONS: _, ...env } = process.env;
const call = (cwd: string, command: string, ...words: string[]) =>
  promisify(execFile)(command, words, { cwd, env: { ...env, RESNET_CACHE: join(folder, 'cache') } });

/** Puts the packages of this checkout where npm finds them installed: what the package needs is there without a network. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((one) => !one.startsWith('.')))
    if (name.startsWith('@')) linkPackages(join(from, name), join(to, name));
    else symlinkSync(join(from, name), join(to, name), 'junction');
}

/** The first block of JavaScript of README.md. */
function example(): string {
  const [, code] = readFileSync(join(ROOT, 'README.md'), 'utf8').match(/^```js\n(.*?)^```$/ms) ?? [];
  if (code === undefined) throw new Error('README.md has no example');
  return code;
}

describe('the package', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await call(ROOT, npm, 'run', 'build');
    const { stdout } = await call(ROOT, npm, 'pack', '--json', '--pack-destination', folder);
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    linkPackages(join(ROOT, 'node_modules'), join(home, 'node_modules'));
    writeFileSync(join(home, 'package.json'), '{ "private": true }');
    // Nothing is looked up: not in a network, nor in what npm has kept.
    const flags = ['--ignore-scripts', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'npm')];
    await call(home, npm, 'install', ...flags, join(folder, packed?.filename ?? ''));
    writeFileSync(join(home, 'example.mjs'), example());
  }, 120_000);

  it('runs the example of the README, in Node alone', async () => {
    const { stdout } = await call(home, process.execPath, 'example.mjs');
    expect(stdout).toBe(`${id} ok\n${id} same\n`);
  });

  it('tells the commit of this suite alone, not that of a repository that it is installed in', async () => {
    await call(home, 'git', 'init', '--quiet');
    const who = ['-c', 'user.name=me', '-c', 'user.email=me@example.org'];
    await call(home, 'git', ...who, 'commit', '--quiet', '--allow-empty', '--message', 'theirs');
    const out = join(home, 'elsewhere');
    writeFileSync(join(home, 'again.mjs'), example().replace("'runs'", JSON.stringify(out)));
    await call(home, process.execPath, 'again.mjs');
    expect(readRuns([out], () => {}).header.commit).toBeNull();
  });

  it('has types that fit the example, those of its dependencies included', async () => {
    writeFileSync(join(home, 'example.mts'), example());
    const options = ['--strict', '--noEmit', '--ignoreConfig', '--target', 'es2023', '--types', ''];
    const modules = ['--module', 'nodenext', '--moduleResolution', 'nodenext'];
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = await call(home, process.execPath, tsc, ...options, ...modules, 'example.mts').catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  it('holds no test, script or golden file of its own', () => {
    const own = join(home, 'node_modules', 'resnet-bench');
    expect(readdirSync(own).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json', 'reference', 'suites']);
    expect(readdirSync(join(own, 'reference', 'golden')).sort()).toEqual([
      'akamaster-predictions.json',
      'shapes10-predictions.json',
    ]);
    expect(readdirSync(join(own, 'reference', 'weights', 'shipped'))).toEqual(['resnet8-shapes10.safetensors']);
  });
});
