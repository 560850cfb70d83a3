import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDead, OWNER, ownerText, parseOwner, thisOwner } from '../owner.node.ts';
import { packFolder } from './pack-cache.node.ts';
import type { PackContents } from './pack-contents.node.ts';
import {
  JOURNAL,
  JOURNAL_END,
  type JournalHead,
  type JournalLine,
  type JournalStatus,
  parseHead,
  parseLines,
  STATUS_BYTES,
  statusText,
} from './pack-journal.ts';

/** The two files of a pack that this process decodes: pixels, and the journal that says which images are there. */
export type PartialPack = {
  /** Name of the file of pixels, and path of the journal. */
  readonly file: string;
  readonly journal: string;
  /** Makes the file of pixels so long, in bytes. */
  resize(bytes: number): Promise<void>;
  /** Writes an image's pixels, if it has any, then its line. */
  add(line: JournalLine, pixels: Uint8Array | undefined): Promise<void>;
  /** Tells readers that the pack is whole, or why it never will be. */
  end(failed: string | undefined): void;
  close(): Promise<void>;
};

/** What every journal of a pack says first. */
export type JournalBase = Pick<JournalHead, 'size' | 'classes' | 'listed'>;

const NAME = new RegExp(`^([0-9a-f]+)\\.([0-9a-f]+)\\.(${OWNER.source})\\${JOURNAL_END}$`);

/** Writes a text at a place. Returns its bytes. */
function writeAll(file: number, text: string, position: number): number {
  const bytes = Buffer.from(text);
  // A full disk takes a part without an error, and then none.
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
  return bytes.length;
}

const journalName = (key: string, id: string): string => `${key}.${id}.${ownerText(thisOwner())}${JOURNAL_END}`;
const pixelName = (key: string, id: string): string => `${key}.${id}.pack`;
export const packName = (key: string): string => `${key}.json`;

/** Ids of a pack's journals whose processes have ended, and their names. */
async function abandoned(key: string): Promise<{ readonly id: string; readonly name: string }[]> {
  const names = await readdir(packFolder());
  return names.flatMap((name) => {
    const [, of, id = '', text = ''] = name.match(NAME) ?? [];
    const owner = parseOwner(text);
    // Of this process's own, the caller uses none.
    const isFree = owner !== undefined && (isDead(owner, thisOwner()) || text === ownerText(thisOwner()));
    return of === key && isFree ? [{ id, name }] : [];
  });
}

async function remove(key: string, id: string, name: string): Promise<void> {
  for (const one of [name, pixelName(key, id)]) await rm(join(packFolder(), one), { force: true });
}

/** Removes what ended processes left of a pack that is whole: its journals. */
export async function sweepJournals(key: string, file: string): Promise<void> {
  for (const { id, name } of await abandoned(key))
    if (pixelName(key, id) === file) await rm(join(packFolder(), name), { force: true });
    else await remove(key, id, name);
}

/** Takes over a journal of an ended process. Returns its id and text; undefined where there is none that fits. */
async function adopt(key: string, base: JournalBase): Promise<{ id: string; text: string } | undefined> {
  let best: { id: string; text: string } | undefined;
  for (const { id, name } of await abandoned(key)) {
    const own = journalName(key, id);
    try {
      // Of two processes that try this, one fails.
      await rename(join(packFolder(), name), join(packFolder(), own));
    } catch {
      continue;
    }
    const text = await readFile(join(packFolder(), own), 'utf8');
    const head = parseHead(text.slice(STATUS_BYTES).split('\n')[0] ?? '');
    const fits = head !== undefined && JSON.stringify(headOf(key, id, base)) === JSON.stringify(head);
    const isBest = fits && text.length > (best?.text.length ?? 0);
    if (isBest && best !== undefined) await remove(key, best.id, journalName(key, best.id));
    if (isBest) best = { id, text };
    else await remove(key, id, own);
  }
  return best;
}

const headOf = (key: string, id: string, { size, classes, listed }: JournalBase): JournalHead => ({
  journal: JOURNAL,
  file: pixelName(key, id),
  pack: packName(key),
  size,
  classes,
  listed,
});

/** Adds to the contents what a journal says, as far as the pixels are still there. Returns its text up to that. */
async function readAgain(pixels: FileHandle, text: string, contents: PackContents): Promise<string> {
  let kept = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const [parsed] = parseLines(line);
    if (parsed === undefined || 'failed' in parsed) break;
    if ('error' in parsed) contents.add({ index: 0, error: parsed.error });
    else {
      const { size, digest } = parsed;
      const bytes = new Uint8Array(3 * size * size);
      const { bytesRead } = await pixels.read(bytes, 0, bytes.length, contents.counts().images * bytes.length);
      const one = { index: 0, pixels: bytes, width: size, height: size };
      if (bytesRead !== bytes.length || !contents.addAgain(one, digest)) break;
    }
    kept += `${line}\n`;
  }
  return kept;
}

/**
 * Opens the two files of a pack: those that an ended process left, whose images are added to the contents again without
 * decoding them, otherwise new ones.
 */
export async function openPartialPack(key: string, base: JournalBase, contents: PackContents): Promise<PartialPack> {
  const left = await adopt(key, base);
  const id = left?.id ?? randomBytes(4).toString('hex');
  const [file, journal] = [pixelName(key, id), join(packFolder(), journalName(key, id))];
  const pixels = await open(join(packFolder(), file), left === undefined ? 'wx+' : 'a+').then(async (one) => {
    // Only 'r+' writes at a place, and only 'a+' makes a missing file.
    await one.close();
    return open(join(packFolder(), file), 'r+');
  });
  const head = `${JSON.stringify(headOf(key, id, base))}\n`;
  const kept = left === undefined ? '' : await readAgain(pixels, left.text.slice(STATUS_BYTES + head.length), contents);
  const log = await open(journal, left === undefined ? 'wx' : 'r+');
  let bytes = STATUS_BYTES + Buffer.byteLength(head + kept);
  let { images } = contents.counts();
  const tell = (state: JournalStatus['state']) => writeAll(log.fd, statusText({ images, bytes, state }), 0);
  const append = (line: JournalLine) => {
    bytes += writeAll(log.fd, `${JSON.stringify(line)}\n`, bytes);
  };
  writeAll(log.fd, head + kept, STATUS_BYTES);
  tell('decoding');
  await log.truncate(bytes);
  return {
    file,
    journal,
    resize: (length) => pixels.truncate(length),
    async add(line, values) {
      if (values !== undefined) {
        for (let at = 0; at < values.length; ) {
          const { bytesWritten } = await pixels.write(values, at, values.length - at, images * values.length + at);
          at += bytesWritten;
        }
        images++;
      }
      append(line);
      tell('decoding');
    },
    end(failed) {
      if (failed !== undefined) append({ failed });
      tell(failed === undefined ? 'whole' : 'failed');
    },
    async close() {
      await pixels.close();
      await log.close();
    },
  };
}

/** Removes the two files of a pack, or only its journal where the pixels are to stay. */
export async function removePartial({ file, journal }: PartialPack, keepPixels: boolean): Promise<void> {
  await rm(journal, { force: true });
  if (!keepPixels) await rm(join(packFolder(), file), { force: true });
}
