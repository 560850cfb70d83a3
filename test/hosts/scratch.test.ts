import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownerText, parseOwner, thisOwner } from '../../reference/owner.node.ts';
import { ROOT } from '../../suites/hosts/bundle.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { openScratch, sweepScratch, temporaryFolder } from '../../suites/hosts/scratch.ts';
import { eventually } from '../torture/world.ts';

let shared: string;
const processes: ChildProcess[] = [];
beforeEach(() => {
  shared = mkdtempSync(join(tmpdir(), 'resnet-scratch-'));
});
afterEach(() => {
  for (const one of processes.splice(0)) one.kill('SIGKILL');
  rmSync(shared, { recursive: true, force: true });
});

const HOLDER = [process.execPath, '--import', 'tsx', join(ROOT, 'test/torture/holder.ts')];
/** A container, as far as process numbers go: a pid namespace and host name of its own. */
const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--uts', '--'];

/** Starts a process that holds a temporary folder in the shared one, and resolves to that folder. */
async function hold(prefix: readonly string[]): Promise<{ folder: string; child: ChildProcess }> {
  const [command = '', ...words] = [...prefix, ...HOLDER, 'hold'];
  const child = spawn(command, words, { env: { ...process.env, TMPDIR: shared }, cwd: ROOT });
  processes.push(child);
  let said = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
  });
  await eventually(
    () => said.includes('\n'),
    20_000,
    () => `it holds nothing: ${said}`,
  );
  return { folder: said.trim(), child };
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

/** How many folders are swept from inside a container. */
const sweepIn = (prefix: readonly string[]): number => {
  const [command = '', ...words] = [...prefix, ...HOLDER, 'sweep'];
  return Number(execFileSync(command, words, { env: { ...process.env, TMPDIR: shared }, cwd: ROOT, encoding: 'utf8' }));
};

describe('the folder for temporary files', { timeout: 60_000 }, () => {
  it('is this process’s while its lifetime lasts, and goes with all that is in it', async () => {
    const before = [temporaryFolder(), process.env.TMPDIR];
    const [one, two] = [lifetime(), lifetime()];
    const folders = [openScratch(one), openScratch(two)];
    for (const folder of folders) expect(parseOwner(readFileSync(join(folder, '.owner'), 'utf8'))).toEqual(thisOwner());
    expect(tmpdir().startsWith(`${folders[1]}`)).toBe(true);
    await one.end();
    expect(tmpdir().startsWith(`${folders[1]}`)).toBe(true);
    expect(folders.map(existsSync)).toEqual([false, true]);
    writeFileSync(join(tmpdir(), 'left'), 'by a runtime');
    await two.end();
    expect([temporaryFolder(), process.env.TMPDIR, ...folders.map(existsSync)]).toEqual([...before, false, false]);
  });

  it.skipIf(process.platform === 'win32')(
    'is a short one beside it where its path is too long for sockets',
    async () => {
      const own = lifetime();
      const long = join(shared, 'x'.repeat(200));
      mkdirSync(long);
      const script = `import { tmpdir } from 'node:os';
      const { openScratch } = await import('${join(ROOT, 'suites/hosts/scratch.ts')}');
      const { lifetime } = await import('${join(ROOT, 'suites/hosts/lifetime.ts')}');
      console.log(JSON.stringify([openScratch(lifetime()), tmpdir()]));`;
      const words = ['--import', 'tsx', '--input-type=module', '-e', script];
      const env = { ...process.env, TMPDIR: long };
      const [folder = '', temporary = ''] = JSON.parse(
        execFileSync(process.execPath, words, { env, cwd: ROOT, encoding: 'utf8' }),
      );
      expect(folder.startsWith(join(long, 'resnet-bench-'))).toBe(true);
      expect(temporary).toMatch(/^\/tmp\/resnet-bench-\w+\/t$/);
      expect([folder, temporary].map(existsSync)).toEqual([false, false]);
      await own.end();
    },
  );

  it('that a killed process left is swept, one that is in use is not', async () => {
    const { folder, child } = await hold([]);
    expect(sweepScratch(shared)).toBe(0);
    child.kill('SIGKILL');
    await ended(child);
    expect([sweepScratch(shared), existsSync(folder)]).toEqual([1, false]);
  });

  it('is left alone where its marker is none, a link, or in a file of that name', () => {
    const dead = ownerText({ ...thisOwner(), start: '1' });
    const outside = join(shared, 'theirs');
    mkdirSync(outside);
    writeFileSync(join(outside, '.owner'), dead);
    symlinkSync(outside, join(shared, 'resnet-bench-link'));
    writeFileSync(join(shared, 'resnet-bench-file'), dead);
    mkdirSync(join(shared, 'resnet-bench-none'));
    mkdirSync(join(shared, 'resnet-bench-bad'));
    writeFileSync(join(shared, 'resnet-bench-bad', '.owner'), `${dead} and more`);
    expect(sweepScratch(shared)).toBe(0);
    expect(existsSync(join(outside, '.owner'))).toBe(true);
  });

  it('of one container is left alone by another that shares the folder, alive or dead', async (context) => {
    try {
      execFileSync(CONTAINER[0] ?? '', [...CONTAINER.slice(1), 'true'], { stdio: 'pipe' });
    } catch (error) {
      context.skip(`no pid namespace can be made here: ${(error as Error).message.split('\n')[0]}`);
    }
    const { folder, child } = await hold(CONTAINER);
    // In there it has a number that is nobody's, or another's, out here.
    expect(parseOwner(readFileSync(join(folder, '.owner'), 'utf8'))?.namespace).not.toBe(thisOwner().namespace);
    expect([sweepScratch(shared), sweepIn(CONTAINER)]).toEqual([0, 0]);
    child.kill('SIGKILL');
    await ended(child);
    expect([sweepScratch(shared), sweepIn(CONTAINER), existsSync(folder)]).toEqual([0, 0, true]);
  });
});
