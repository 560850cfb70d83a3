import { HALVES, NORMALISED, type Preprocessing, RAW, resizedTo } from '../datasets/preprocessing.ts';
import golden from '../golden/akamaster-predictions.json' with { type: 'json' };
import shapes from '../golden/shapes10-predictions.json' with { type: 'json' };
import type { RemoteFile } from './remote-file.ts';

/** Trained weights of an architecture, and the data that they were trained on. */
export type CheckpointRow = {
  readonly model: string;
  readonly tag: string;
  readonly file: RemoteFile;
  readonly licence: string;
  /** Id of the data set that it was trained on, whether or not that is in the table of data sets. */
  readonly dataset: string;
  /** Number of classes of that set, which is the number of its logits. */
  readonly classes: number;
  /** How its input is made from an image. */
  readonly preprocessing: Preprocessing;
  /** Published Top-1 on the whole test or validation set, percent; undefined where only a target is. */
  readonly top1: number | undefined;
  /** Correct answers among the first images of the test set, from PyTorch 1.13 in float32, where counted. */
  readonly counted?: { readonly images: number; readonly right: number };
  /** PyTorch's predicted classes of the first images of the test set, in order, where known. */
  readonly predictions?: readonly number[];
};

type Figures = {
  readonly model: keyof typeof golden.predictions;
  readonly sha256: string;
  readonly bytes: number;
  readonly top1: number;
  readonly right: number;
};

/** Yerlan Idelbayev's ResNets; each file's name holds the first 8 digits of its hash. */
function akamaster({ model, sha256, bytes, top1, right }: Figures): CheckpointRow {
  const name = `${model}-${sha256.slice(0, 8)}.th`;
  const url = `https://github.com/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models/${name}`;
  return {
    model,
    tag: 'akamaster',
    file: { name, url, sha256, bytes, mirror: `checkpoints/${name}` },
    licence: 'BSD-2-Clause',
    dataset: 'cifar10',
    classes: 10,
    preprocessing: NORMALISED,
    top1,
    counted: { images: 1000, right },
    predictions: golden.predictions[model],
  };
}

/**
 * torchvision's weights for ImageNet (`models/resnet.py`): `tv_in1k` are IMAGENET1K_V1, `tv2_in1k` IMAGENET1K_V2, as
 * timm tags them. Published are the first 8 digits of the hash (in the file's name; PyTorch checks no more) and the
 * length in MiB to three places. `shorterSide` is its `resize_size`.
 */
function torchvision(
  name: `${string}.${'tv_in1k' | 'tv2_in1k'}`,
  hash: string,
  { mebibytes, shorterSide, top1 }: { readonly mebibytes: number; readonly shorterSide: number; readonly top1: number },
): CheckpointRow {
  const [model = '', tag = ''] = name.split('.');
  const file = `${model}-${hash}.pth`;
  return {
    model,
    tag,
    file: {
      name: file,
      url: `https://download.pytorch.org/models/${file}`,
      sha256: hash,
      bytes: Math.round(mebibytes * 2 ** 20),
      within: 525,
      mirror: `checkpoints/${file}`,
    },
    licence: 'BSD-3-Clause',
    dataset: 'imagenet-1k',
    classes: 1000,
    preprocessing: resizedTo(shorterSide),
    top1,
  };
}

/** Every checkpoint that a model can name. */
export const CHECKPOINTS: readonly CheckpointRow[] = [
  // Trained by scripts/train_shapes.py on images of the same renderer. The only one that ships.
  {
    model: 'resnet8',
    tag: 'shapes10',
    file: {
      name: 'resnet8-shapes10.safetensors',
      url: undefined,
      sha256: 'ec3dd43e55d6ecea36fb1e7c3e59e00e11daac66bdfdada6c93dd38b4a7ce68d',
      bytes: 318_888,
      mirror: 'checkpoints/resnet8-shapes10.safetensors',
      shipped: 'weights/shipped/resnet8-shapes10.safetensors',
    },
    licence: 'MIT',
    dataset: 'shapes10',
    classes: 10,
    preprocessing: HALVES,
    top1: (100 * shapes.right) / shapes.predictions.length,
    counted: { images: shapes.predictions.length, right: shapes.right },
    predictions: shapes.predictions,
  },
  akamaster({
    model: 'resnet20',
    sha256: '12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8',
    bytes: 1_099_231,
    top1: 91.73,
    right: 915,
  }),
  akamaster({
    model: 'resnet32',
    sha256: 'd509ac1820d7f25398913559d7e81a13229b1e7adc5648e3bfa5e22dc137f850',
    bytes: 1_890_043,
    top1: 92.63,
    right: 928,
  }),
  akamaster({
    model: 'resnet44',
    sha256: '014dd6541728a1c700b1642ab640e211dc6eb8ed507d70697458dc8f8a0ae2e4',
    bytes: 2_680_855,
    top1: 93.1,
    right: 933,
  }),
  akamaster({
    model: 'resnet56',
    sha256: '4bfd97631478d6b638d2764fd2baff3edb1d7d82252d54439343b6596b9b5367',
    bytes: 3_471_733,
    top1: 93.39,
    right: 926,
  }),
  // MLPerf Tiny's image classifier, converted from mlcommons/tiny's `pretrainedResnet.h5`, which is another file: so only
  // a mirror has it. It takes bytes as they are, and its Top-1 is a target of 85.0.
  {
    model: 'resnet8',
    tag: 'mlperf_tiny',
    file: {
      name: 'resnet8-mlperf-tiny.safetensors',
      url: undefined,
      sha256: '833f99919cf54dc23b3c247d27cced02f65fdbc55c5bb0914809dda5fd7c39cc',
      bytes: 319_288,
      mirror: 'checkpoints/resnet8-mlperf-tiny.safetensors',
    },
    licence: 'Apache-2.0',
    dataset: 'cifar10',
    classes: 10,
    preprocessing: RAW,
    top1: undefined,
    counted: { images: 1000, right: 881 },
  },
  torchvision('resnet18.tv_in1k', 'f37072fd', { mebibytes: 44.661, shorterSide: 256, top1: 69.758 }),
  torchvision('resnet34.tv_in1k', 'b627a593', { mebibytes: 83.275, shorterSide: 256, top1: 73.314 }),
  torchvision('resnet50.tv_in1k', '0676ba61', { mebibytes: 97.781, shorterSide: 256, top1: 76.13 }),
  torchvision('resnet50.tv2_in1k', '11ad3fa6', { mebibytes: 97.79, shorterSide: 232, top1: 80.858 }),
  torchvision('resnet101.tv_in1k', '63fe2227', { mebibytes: 170.511, shorterSide: 256, top1: 77.374 }),
  torchvision('resnet101.tv2_in1k', 'cd907fc2', { mebibytes: 170.53, shorterSide: 232, top1: 81.886 }),
  torchvision('resnet152.tv_in1k', '394f9c45', { mebibytes: 230.434, shorterSide: 256, top1: 78.312 }),
  torchvision('resnet152.tv2_in1k', 'f82ba261', { mebibytes: 230.474, shorterSide: 232, top1: 82.284 }),
  torchvision('resnext50_32x4d.tv_in1k', '7cdf4587', { mebibytes: 95.789, shorterSide: 256, top1: 77.618 }),
  torchvision('resnext50_32x4d.tv2_in1k', '1a0047aa', { mebibytes: 95.833, shorterSide: 232, top1: 81.198 }),
  torchvision('resnext101_32x8d.tv_in1k', '8ba56ff5', { mebibytes: 339.586, shorterSide: 256, top1: 79.312 }),
  torchvision('resnext101_32x8d.tv2_in1k', '110c445d', { mebibytes: 339.673, shorterSide: 232, top1: 82.834 }),
  torchvision('resnext101_64x4d.tv_in1k', '173b62eb', { mebibytes: 319.318, shorterSide: 232, top1: 83.246 }),
  torchvision('wide_resnet50_2.tv_in1k', '95faca4d', { mebibytes: 131.82, shorterSide: 256, top1: 78.468 }),
  torchvision('wide_resnet50_2.tv2_in1k', '9ba9bcbe', { mebibytes: 263.124, shorterSide: 232, top1: 81.602 }),
  torchvision('wide_resnet101_2.tv_in1k', '32ee1156', { mebibytes: 242.896, shorterSide: 256, top1: 78.848 }),
  torchvision('wide_resnet101_2.tv2_in1k', 'd733dc28', { mebibytes: 484.747, shorterSide: 232, top1: 82.51 }),
];

/** `architecture.tag`, as models name it. */
export const checkpointName = ({ model, tag }: CheckpointRow): string => `${model}.${tag}`;

/** The checkpoint that a model names, or undefined. */
export const findCheckpoint = (model: string): CheckpointRow | undefined =>
  CHECKPOINTS.find((row) => checkpointName(row) === model);
