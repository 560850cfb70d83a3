/** A public file: `name` in the cache, `mirror` its path in the folder that RESNET_MIRROR names, `bytes` its length. */
export type RemoteFile = {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mirror: string;
};

/** Trained weights of an architecture. */
export type CheckpointRow = {
  readonly model: string;
  readonly tag: string;
  readonly file: RemoteFile;
  /** Published Top-1 on the whole test set, percent. */
  readonly top1: number;
  /** Right among the first 1,000 test images, by PyTorch 1.13 in float32. */
  readonly images1000: number;
  readonly licence: string;
};

type Figures = { model: string; sha256: string; bytes: number; top1: number; images1000: number };

/** Yerlan Idelbayev's CIFAR-10 ResNets; each file's name holds the first 8 digits of its hash. */
function akamaster({ model, sha256, bytes, top1, images1000 }: Figures): CheckpointRow {
  const name = `${model}-${sha256.slice(0, 8)}.th`;
  const url = `https://github.com/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models/${name}`;
  const file = { name, url, sha256, bytes, mirror: `checkpoints/${name}` };
  return { model, tag: 'akamaster', file, top1, images1000, licence: 'BSD-2-Clause' };
}

export const CHECKPOINTS: readonly CheckpointRow[] = [
  akamaster({
    model: 'resnet20',
    sha256: '12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8',
    bytes: 1_099_231,
    top1: 91.73,
    images1000: 915,
  }),
  akamaster({
    model: 'resnet32',
    sha256: 'd509ac1820d7f25398913559d7e81a13229b1e7adc5648e3bfa5e22dc137f850',
    bytes: 1_890_043,
    top1: 92.63,
    images1000: 928,
  }),
  akamaster({
    model: 'resnet44',
    sha256: '014dd6541728a1c700b1642ab640e211dc6eb8ed507d70697458dc8f8a0ae2e4',
    bytes: 2_680_855,
    top1: 93.1,
    images1000: 933,
  }),
  akamaster({
    model: 'resnet56',
    sha256: '4bfd97631478d6b638d2764fd2baff3edb1d7d82252d54439343b6596b9b5367',
    bytes: 3_471_733,
    top1: 93.39,
    images1000: 926,
  }),
];

/** The checkpoint of `arch.tag`, or undefined. */
export function findCheckpoint(arch: string, tag: string): CheckpointRow | undefined {
  return CHECKPOINTS.find((row) => row.model === arch && row.tag === tag);
}

export type CifarFiles = {
  readonly archive: RemoteFile;
  /** The test set inside the archive, and its name in the cache. */
  readonly member: { readonly path: string; readonly name: string; readonly bytes: number };
  /** The first 1,000 images of the test set, as a mirror may hold them. */
  readonly first1000: Pick<RemoteFile, 'sha256' | 'bytes' | 'mirror'>;
};

/** CIFAR-10 in its binary layout (Krizhevsky 2009); no licence is declared, so it is downloaded and never shipped. */
export const CIFAR10: CifarFiles = {
  archive: {
    name: 'cifar-10-binary.tar.gz',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    bytes: 170_052_171,
    mirror: 'cifar10/cifar-10-binary.tar.gz',
  },
  member: { path: 'cifar-10-batches-bin/test_batch.bin', name: 'cifar10-test_batch.bin', bytes: 30_730_000 },
  first1000: {
    sha256: '8314c96d7cd65618193bab23acdd5d4c4af15bf6dd00a1781d55beedf3be1ef5',
    bytes: 3_073_000,
    mirror: 'cifar10/test_first1000.bin',
  },
};
