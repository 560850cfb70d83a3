/** A public file: `name` in the cache, `mirror` its path in the folder that RESNET_MIRROR names. */
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
};

/** Trained weights of an architecture. */
export type CheckpointRow = {
  readonly model: string;
  readonly tag: string;
  readonly file: RemoteFile;
  /** Published Top-1 on the whole test or validation set, percent; undefined where only a target is. */
  readonly top1: number | undefined;
  readonly licence: string;
};

/** A checkpoint for CIFAR-10 with a counted number of correct answers. */
export type CountedRow = CheckpointRow & {
  /** Correct answers among the first 1,000 test images, from PyTorch 1.13 in float32. */
  readonly images1000: number;
};

type Figures = { model: string; sha256: string; bytes: number; top1: number; images1000: number };

/** Yerlan Idelbayev's CIFAR-10 ResNets; each file's name holds the first 8 digits of its hash. */
function akamaster({ model, sha256, bytes, top1, images1000 }: Figures): CountedRow {
  const name = `${model}-${sha256.slice(0, 8)}.th`;
  const url = `https://github.com/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models/${name}`;
  const file = { name, url, sha256, bytes, mirror: `checkpoints/${name}` };
  return { model, tag: 'akamaster', file, top1, images1000, licence: 'BSD-2-Clause' };
}

/** Yerlan Idelbayev's checkpoints, for which PyTorch's predictions are known. */
export const CHECKPOINTS: readonly CountedRow[] = [
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

/**
 * torchvision's weights for ImageNet (`models/resnet.py`): `tv_in1k` are IMAGENET1K_V1, `tv2_in1k` IMAGENET1K_V2, as
 * timm tags them. Published are the first 8 digits of the hash (in the file's name; PyTorch checks no more) and the
 * length in MiB to three places.
 */
function torchvision(model: string, tag: 'tv_in1k' | 'tv2_in1k', hash: string, mebibytes: number, top1: number) {
  const name = `${model}-${hash}.pth`;
  const file: RemoteFile = {
    name,
    url: `https://download.pytorch.org/models/${name}`,
    sha256: hash,
    bytes: Math.round(mebibytes * 2 ** 20),
    within: 525,
    mirror: `checkpoints/${name}`,
  };
  return { model, tag, file, top1, licence: 'BSD-3-Clause' } satisfies CheckpointRow;
}

export const TORCHVISION: readonly CheckpointRow[] = [
  torchvision('resnet18', 'tv_in1k', 'f37072fd', 44.661, 69.758),
  torchvision('resnet34', 'tv_in1k', 'b627a593', 83.275, 73.314),
  torchvision('resnet50', 'tv_in1k', '0676ba61', 97.781, 76.13),
  torchvision('resnet50', 'tv2_in1k', '11ad3fa6', 97.79, 80.858),
  torchvision('resnet101', 'tv_in1k', '63fe2227', 170.511, 77.374),
  torchvision('resnet101', 'tv2_in1k', 'cd907fc2', 170.53, 81.886),
  torchvision('resnet152', 'tv_in1k', '394f9c45', 230.434, 78.312),
  torchvision('resnet152', 'tv2_in1k', 'f82ba261', 230.474, 82.284),
  torchvision('resnext50_32x4d', 'tv_in1k', '7cdf4587', 95.789, 77.618),
  torchvision('resnext50_32x4d', 'tv2_in1k', '1a0047aa', 95.833, 81.198),
  torchvision('resnext101_32x8d', 'tv_in1k', '8ba56ff5', 339.586, 79.312),
  torchvision('resnext101_32x8d', 'tv2_in1k', '110c445d', 339.673, 82.834),
  torchvision('resnext101_64x4d', 'tv_in1k', '173b62eb', 319.318, 83.246),
  torchvision('wide_resnet50_2', 'tv_in1k', '95faca4d', 131.82, 78.468),
  torchvision('wide_resnet50_2', 'tv2_in1k', '9ba9bcbe', 263.124, 81.602),
  torchvision('wide_resnet101_2', 'tv_in1k', '32ee1156', 242.896, 78.848),
  torchvision('wide_resnet101_2', 'tv2_in1k', 'd733dc28', 484.747, 82.51),
];

/**
 * MLPerf Tiny's image classifier, converted from mlcommons/tiny's `pretrainedResnet.h5`. The converted file exists only
 * in a mirror. Its published Top-1 is a target of 85.0.
 */
export const TINY: CountedRow = {
  model: 'resnet8',
  tag: 'mlperf_tiny',
  file: {
    name: 'resnet8-mlperf-tiny.safetensors',
    url: undefined,
    sha256: '833f99919cf54dc23b3c247d27cced02f65fdbc55c5bb0914809dda5fd7c39cc',
    bytes: 319_288,
    mirror: 'checkpoints/resnet8-mlperf-tiny.safetensors',
  },
  top1: undefined,
  images1000: 881,
  licence: 'Apache-2.0',
};

/** Every checkpoint that a model can name. */
export const ALL_CHECKPOINTS: readonly CheckpointRow[] = [...CHECKPOINTS, TINY, ...TORCHVISION];

/** The checkpoint of `arch.tag`, or undefined. */
export function findCheckpoint(arch: string, tag: string): CheckpointRow | undefined {
  return ALL_CHECKPOINTS.find((row) => row.model === arch && row.tag === tag);
}

export type CifarFiles = {
  readonly archive: RemoteFile;
  /** The test set inside the archive, and its name in the cache. */
  readonly member: { readonly path: string; readonly name: string; readonly bytes: number };
  /** The first 1,000 images of the test set, as a mirror may hold them. */
  readonly first1000: Pick<RemoteFile, 'sha256' | 'bytes' | 'mirror'>;
};

/** CIFAR-10 in its binary layout (Krizhevsky 2009). It declares no licence, so it is downloaded and never shipped. */
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
