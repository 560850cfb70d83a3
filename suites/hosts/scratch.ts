import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDead, ownerText, parseOwner, thisOwner } from '../../reference/owner.node.ts';
import { cannotWrite } from '../../reference/write.node.ts';
import type { Lifetime } from './lifetime.ts';
import { killWithin } from './node/processes.ts';

const PREFIX = 'resnet-bench-';
/** Names the process that a temporary folder belongs to. */
const MARKER = '.owner';

/** Characters of a path in which Chromium still finds room for its socket: macOS takes 104 in all. */
const LONGEST = 58;

/** Where programs put their temporary files: this process's children, and Playwright in it. */
const VARIABLES = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR'];

/** What the variables were before any folder was opened. */
const given = VARIABLES.map((name) => [name, process.env[name]] as const);

/** The system's folder for temporary files, before any folder was opened. */
const SYSTEM = tmpdir();

/** Temporary folders that are open. This process uses the last one. */
const open: string[] = [];

/** Has this process, its children and browsers use the folder that was opened last, or the system's again. */
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

/** Whether a folder is this user's own, and its marker names a process that is proven dead. */
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

/** A folder in `parent` that names this process, and one in it. Throws one line where it cannot be made. */
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

/** Where sockets find room for their paths, on systems that have it. */
const SHORT = '/tmp';

/**
 * A temporary folder of this run, which goes when the lifetime ends, or this process. What this process, its children
 * and its browsers write as temporary files goes there too, and so goes with it; where its path is too long for a
 * browser's sockets, into another one. Those of killed runs are swept first. Throws one line where it cannot be made.
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

/** Makes the folder for files that visits load, in the one of a run. */
export function workFolder(scratch: string): string {
  const folder = join(scratch, 'work');
  mkdirSync(folder);
  return folder;
}
