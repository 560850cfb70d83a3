import type { RemoteFile } from '../weights/remote-file.ts';

/** An archive of images (.tar.gz), and the folder in it that holds a set. */
export type ImageArchive = {
  readonly archive: RemoteFile;
  /** The folder in the archive, and the name of the folder in the cache. */
  readonly folder: string;
  readonly name: string;
  /** Number of files in that folder. */
  readonly files: number;
};
