import { join } from 'node:path';
import { CACHE_FIX } from '../weights/checkpoint-files.node.ts';
import { cannotWrite, sweepParts, writeWhole } from '../write.node.ts';
import type { Decoding } from './dataset.ts';
import type { Decoded } from './decode-worker.node.ts';
import { openGate } from './gate.ts';
import type { LabelledFolder } from './labelled-folder.node.ts';
import { PACK, type Pack } from './pack.ts';
import { bytesText, makeRoom, packFolder } from './pack-cache.node.ts';
import { type PackContents, packContents } from './pack-contents.node.ts';
import { openPartialPack, type PartialPack, packName, removePartial } from './pack-journal.node.ts';
import type { Preprocessing } from './preprocessing.ts';

/** Decodes files in the order of their paths. */
export type Decode = (paths: readonly string[]) => AsyncIterable<Decoded>;

/**
 * A pack that may still have to be decoded. That goes on only while it is resumed, or while `begun` or `whole` wait:
 * decoding must not disturb what a run measures.
 */
export type GrowingPack = Decoding & {
  /** The description, or the journal, which `openPack` opens. */
  readonly path: string;
  /** Paths of all files that a reader needs. Some may not be there yet. */
  readonly files: readonly string[];
  /** Files to decode, those that cannot be decoded included. */
  readonly listed: number;
  /** Resolves once an image is there. Throws where none can be decoded. */
  begun(): Promise<void>;
  /** Decodes the rest. Throws one line where that fails. */
  whole(): Promise<Pack>;
  /** Resolves with it once others have decoded the rest. */
  readonly finished: Promise<Pack>;
  /** Ends decoding. What is decoded stays for a later run. */
  stop(): Promise<void>;
};

/** What is decoded: a folder's images in order, and those that are left out before. */
export type PackJob = Pick<LabelledFolder, 'root' | 'skipped'> & {
  readonly key: string;
  readonly list: LabelledFolder['images'];
};

export type DecodeOptions = {
  readonly resize: Preprocessing['resize'];
  readonly classes: number;
  readonly decode: Decode;
  readonly log: (line: string) => void;
};

/** Milliseconds between lines about progress. */
const PATIENCE = 10_000;

/** Says how far decoding is, every ten seconds of it. `pause` is called where it has waited. */
function progress(total: number, already: number, log: DecodeOptions['log']) {
  let [since, spent, told] = [performance.now(), 0, 0];
  return {
    pause() {
      since = performance.now();
    },
    tell(done: number) {
      const now = performance.now();
      spent += now - since;
      since = now;
      if (spent - told < PATIENCE) return;
      told = spent;
      const rate = (done - already) / (spent / 1000);
      log(
        `Decoded ${done} of ${total} images, ${rate.toPrecision(3)} per second, ${Math.ceil((total - done) / rate)} s left`,
      );
    },
  };
}

/** Writes the description. A pack that has one is whole. */
async function describe(job: PackJob, part: PartialPack, contents: PackContents, classes: number): Promise<Pack> {
  const written = contents.written();
  const { size, count } = written;
  const stride = 3 * size ** 2;
  await part.resize(count * stride);
  const pack: Pack = { pack: PACK, file: part.file, offset: 0, stride, classes, ...written };
  await writeWhole(join(packFolder(), packName(job.key)), JSON.stringify(pack), CACHE_FIX);
  return pack;
}

/**
 * Begins to decode images into the cache, after those that an interrupted run has decoded. Throws one line where there is
 * no room.
 */
export async function decodePack(job: PackJob, options: DecodeOptions): Promise<GrowingPack> {
  const { key, root, list, skipped } = job;
  const { resize, classes, decode, log } = options;
  sweepParts(packFolder());
  const lengthAt = (size: number) => list.length * 3 * size ** 2;
  if (resize !== undefined) await makeRoom(key, lengthAt(resize.crop), log);
  const contents = packContents(root, list, skipped);
  const part = await openPartialPack(key, { size: resize?.crop ?? null, classes, listed: list.length }, contents);
  const before = contents.counts().files;
  if (resize !== undefined) {
    await part.resize(lengthAt(resize.crop));
    const there = before > 0 ? `; ${before} are there from a run that ended early` : '';
    log(
      `Decoding ${list.length} images to ${resize.crop}×${resize.crop} once: ${bytesText(lengthAt(resize.crop))} of disk in ${packFolder()}${there}`,
    );
  }
  const gate = openGate();
  const said = progress(list.length, before, log);
  let [state, hasBegun] = ['decoding', (): void => {}] as ['decoding' | 'ended', () => void];
  const first = new Promise<void>((resolve) => {
    hasBegun = resolve;
  });

  const take = async (one: Decoded): Promise<void> => {
    const line = contents.add(one);
    if (!('pixels' in one)) return part.add(line, undefined);
    // Without a resize, the first image shows how large they are.
    if (resize === undefined && contents.counts().images === 1) await makeRoom(key, lengthAt(contents.size()), log);
    await part.add(line, one.pixels);
    hasBegun();
  };
  const decodeAll = async (): Promise<Pack> => {
    if (contents.counts().images > 0) hasBegun();
    const paths = list.slice(before).map(({ name }) => join(root, name));
    let isOpen = await gate.passed();
    said.pause();
    if (isOpen && paths.length > 0)
      for await (const one of decode(paths)) {
        await take(one);
        said.tell(contents.counts().files);
        const since = performance.now();
        isOpen = await gate.passed();
        if (performance.now() - since > 1) said.pause();
        if (!isOpen) break;
      }
    if (!isOpen) throw new Error('the run has ended');
    return describe(job, part, contents, classes);
  };
  const finish = async (): Promise<Pack> => {
    try {
      const pack = await decodeAll();
      part.end(undefined);
      return pack;
    } catch (thrown) {
      const error =
        (thrown as NodeJS.ErrnoException).syscall === undefined
          ? (thrown as Error)
          : cannotWrite(packFolder(), thrown, CACHE_FIX);
      try {
        part.end(error.message);
      } catch {
        // A full disk has no room for the reason either: readers are told that it failed.
      }
      throw error;
    } finally {
      state = 'ended';
      await part.close();
    }
  };
  const finished = finish();
  // Whoever waits for it hears of its failure.
  finished.catch(() => {});
  const during = async <T>(promise: Promise<T>): Promise<T> => {
    const release = gate.hold();
    try {
      return await promise;
    } finally {
      release();
    }
  };
  return {
    path: part.journal,
    files: [part.journal, join(packFolder(), part.file), join(packFolder(), packName(key))],
    listed: list.length,
    isOpen: () => state === 'decoding',
    resume: gate.hold,
    begun: () => during(Promise.race([first, finished.then(() => {})])),
    whole: () => during(finished),
    finished,
    async stop() {
      gate.shut();
      const pack = await finished.catch(() => undefined);
      if (pack !== undefined) await removePartial(part, true);
      else if (contents.counts().images === 0) await removePartial(part, false);
    },
  };
}
