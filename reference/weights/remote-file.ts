/** A file that a model needs: `name` in the cache, `mirror` its path in the folder that RESNET_MIRROR names. */
export type RemoteFile = {
  readonly name: string;
  /** Undefined where it has no public address and only a mirror has it. */
  readonly url: string | undefined;
  /** SHA-256 in hexadecimal: all digits, or the first 8 or more where no more are published. */
  readonly sha256: string;
  /** Its length, and the tolerance where only a rounded length is published. */
  readonly bytes: number;
  readonly within?: number;
  readonly mirror: string;
  /** Where this package ships it: its path below `reference/`. It is then read from there alone. */
  readonly shipped?: string;
};
