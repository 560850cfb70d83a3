/** A public file: `name` in the cache, `mirror` its path in the folder that RESNET_MIRROR names. */
export type RemoteFile = {
  readonly name: string;
  /** Undefined where it has no public address: only a mirror has it. */
  readonly url: string | undefined;
  /** In hexadecimal: all of it, or its first 8 digits or more where no more is published. */
  readonly sha256: string;
  /** Its length, and by how much that may be off where it is published rounded. */
  readonly bytes: number;
  readonly within?: number;
  readonly mirror: string;
};
