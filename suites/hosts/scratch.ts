import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDead, ownerText, parseOwner, thisOwner } from '../../reference/owner.node.ts';
import { cannotWrite } from '../../reference/write.node.ts';
import type { Lifetime } from './lifetime.ts';
import { killWithin } from './node/processes.ts';

const PREFIX = 'resnet-bench-';
/** File that names the process that owns a temporary folder. */
const MARKER = '.owner';

/** Longest folder path, in characters, that leaves room for Chromium's socket: macOS allows 104 in all. */
const LONGEST = 58;

/**
 * Environment variables that name the folder for temporary files, for this process's children and for Playwright in it.
 */
const VARIABLES = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR'];

/** The values of the variables before any folder was opened. */
const given = VARIABLES.map((name) => [name, process.env[name]] as const);

/** The system's folder for temporary files, before any folder was opened. */
const SYSTEM = tmpdir();

/** Temporary folders that are open. This process uses the last one. */
const open: string[] = [];

/**
 * Makes this process, its children and browsers use the folder that was opened last, or the system's where none is
 * open.
 */
function choose(): void {
  const last = open.at(-1);
  for (const [name, before] of given) {
    if (last !== undefined) process.env[name] = last;
    else if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

/** The folder for temporary files of this process and its children. */
export const temporaryFolder = (): string => open.at(-1) ?? tmpdir();

const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** Whether a folder belongs to this user and its marker names a process that is proven dead. */
function isLeft(folder: string): boolean {
  try {
    const found = lstatSync(folder);
    const mine = process.getuid === undefined || found.uid === process.getuid();
    const owner = parseOwner(readFileSync(join(folder, MARKER), 'utf8'));
    return found.isDirectory() && mine && owner !== undefined && isDead(owner, thisOwner());
  } catch {
    return false;
  }
}

/** Removes the temporary folders that killed runs left in `parent`, and returns how many. Touches nothing else. */
export function sweepScratch(parent: string): number {
  let count = 0;
  let names: string[] = [];
  try {
    names = readdirSync(parent).filter((name) => name.startsWith(PREFIX));
  } catch {}
  for (const folder of names.map((name) => join(parent, name)).filter(isLeft))
    try {
      // A stopped browser may still run.
      killWithin(folder);
      remove(folder);
      count++;
    } catch {}
  return count;
}

/**
 * Creates a folder in `parent` with this process's marker, and a folder in it for temporary files. Throws one line
 * where it cannot.
 */
function makeMarked(parent: string): { folder: string; temporary: string } {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(parent, PREFIX));
    writeFileSync(join(folder, MARKER), ownerText(thisOwner()));
    const temporary = join(folder, 't');
    mkdirSync(temporary);
    return { folder, temporary };
  } catch (error) {
    if (folder !== undefined) remove(folder);
    throw cannotWrite(parent, error, 'or set TMPDIR to another folder');
  }
}

/** A folder with a short path, for sockets, on systems that have it. */
const SHORT = '/tmp';

/**
 * Creates the run's temporary folder, which is removed when the lifetime or this process ends. Temporary files of this
 * process, its children and its browsers go there too; where its path is too long for a browser's sockets, they go into
 * another such folder. Folders of killed runs are removed first. Throws one line where it cannot be created.
 */
export function openScratch(lifetime: Lifetime): string {
  const parent = SYSTEM;
  sweepScratch(parent);
  const made = makeMarked(parent);
  const isLong = made.temporary.length > LONGEST && process.platform !== 'win32';
  if (isLong) sweepScratch(SHORT);
  const short = isLong ? makeMarked(SHORT) : made;
  const folders = [...new Set([made.folder, short.folder])];
  const onExit = () => {
    for (const folder of folders) {
      killWithin(folder);
      remove(folder);
    }
  };
  process.once('exit', onExit);
  open.push(short.temporary);
  choose();
  lifetime.defer(() => {
    process.off('exit', onExit);
    open.splice(open.indexOf(short.temporary), 1);
    choose();
    onExit();
  });
  return made.folder;
}

/** Creates the folder for files that visits load, inside the run's folder. */
export function workFolder(scratch: string): string {
  const folder = join(scratch, 'work');
  mkdirSync(folder);
  return folder;
}
