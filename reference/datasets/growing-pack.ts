import type { ReadFile } from './dataset.ts';
import { imageReader } from './image-reader.ts';
import { beside, type PackedSet, readPack, told } from './pack.ts';
import {
  type JournalHead,
  type JournalStatus,
  parseHead,
  parseLines,
  parseStatus,
  STATUS_BYTES,
} from './pack-journal.ts';
import type { Preprocessing } from './preprocessing.ts';

/** Milliseconds between two looks at a journal. */
const PAUSE_MS = 20;

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS));

/** A journal that is read as it grows: the labels and digests of the images so far, and its status. */
type Journal = {
  readonly head: JournalHead;
  readonly labels: number[];
  readonly also: (readonly number[])[];
  readonly digests: string[];
  /** Reads what is new. Throws one line where decoding failed. */
  look(): Promise<JournalStatus>;
};

async function openJournal(location: string, read: ReadFile): Promise<Journal> {
  const none = () => new Error(`${location} is no journal of images that are being decoded: run again`);
  const textOf = async (start: number, length: number) =>
    new TextDecoder().decode(await read(location, { start, length }));
  const statusNow = async () => {
    const status = parseStatus(await textOf(0, STATUS_BYTES));
    if (status === undefined) throw none();
    return status;
  };
  const first = await statusNow();
  const begun = await textOf(STATUS_BYTES, first.bytes - STATUS_BYTES);
  const end = begun.indexOf('\n') + 1;
  const head = parseHead(begun.slice(0, end));
  if (head === undefined) throw none();
  const [labels, also, digests]: [number[], (readonly number[])[], string[]] = [[], [], []];
  const take = (text: string) => {
    for (const line of parseLines(text)) {
      if ('failed' in line) throw new Error(line.failed);
      if ('error' in line) continue;
      labels.push(line.label);
      also.push(line.also ?? []);
      digests.push(line.digest);
    }
  };
  take(begun.slice(end));
  let bytes = first.bytes;
  return {
    head,
    labels,
    also,
    digests,
    async look() {
      const status = await statusNow();
      if (status.bytes > bytes) take(await textOf(bytes, status.bytes - bytes));
      bytes = status.bytes;
      if (status.state === 'failed') throw new Error('the images could not be decoded');
      if (digests.length < status.images) throw none();
      return status;
    },
  };
}

/**
 * Opens a pack that is being decoded, by the location of its journal. The set has the images that are there so far;
 * `reach` waits for more. Throws one line where the journal cannot be read, and where decoding failed.
 */
export async function openGrowingPack(
  location: string,
  preprocessing: Preprocessing,
  read: ReadFile,
): Promise<PackedSet> {
  const journal = await openJournal(location, read);
  const { head, labels, also, digests } = journal;
  let reader: ReturnType<typeof imageReader> | undefined;
  /** Reads images of this size. Made with the first of them, which shows the size where the head does not. */
  const readerOf = (size: number) => {
    const stride = 3 * size * size;
    reader ??= imageReader(
      { path: beside(location, head.file), size, offset: 0, stride },
      digests,
      preprocessing,
      read,
    );
    return { ...reader, values: stride };
  };
  const reach = async (count: number): Promise<PackedSet> => {
    for (;;) {
      const { state } = await journal.look();
      if (state === 'whole') {
        const pack = await readPack(beside(location, head.pack), read);
        return { ...told(pack), ...readerOf(pack.size) };
      }
      if (digests.length >= count && head.size !== null) return soFar(head.size);
      await pause();
    }
  };
  const soFar = (size: number): PackedSet => ({
    count: digests.length,
    labels,
    also,
    classes: head.classes,
    listed: head.listed,
    ...readerOf(size),
    reach,
  });
  return reach(0);
}
