const { fround } = Math;

type Rgb = readonly [red: number, green: number, blue: number];

/**
 * How pixels are interpolated. `bilinear` and `bicubic` are Pillow's, which are antialiased. `tensor-bilinear` and
 * `tensor-bicubic` are not, as in OpenCV and in PyTorch's tensors. `nearest` is Pillow's, `area` OpenCV's.
 */
export const INTERPOLATIONS = ['bilinear', 'bicubic', 'nearest', 'area', 'tensor-bilinear', 'tensor-bicubic'] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** How an image is resized before a square of `crop` pixels is cut from its middle. */
export type Resize = {
  /** Pixels of the shorter side after the resize; of both sides where `fit` is `squash`. */
  readonly shorterSide: number;
  readonly crop: number;
  readonly interpolation: Interpolation;
  /** `squash`: both sides get the same length, whatever the image's shape. Otherwise it keeps its shape. */
  readonly fit?: 'squash' | undefined;
};

/** How a network's input is made from an image, with the parameters of torchvision's `ImageClassification`. */
export type Preprocessing = {
  /** Undefined where images keep their size. */
  readonly resize: Resize | undefined;
  /** The divisor of bytes: 255, or 1 where the network takes them unchanged. */
  readonly divisor: 1 | 255;
  /** Mean and standard deviation by channel: the mean is subtracted, and the difference divided by the deviation. */
  readonly mean: Rgb;
  readonly deviation: Rgb;
  /** The order of the input's channels where it is not R, G, B. Mean and deviation are of red, green and blue even then. */
  readonly order?: 'BGR' | undefined;
};

/** ImageNet's mean and standard deviation, with which most networks are trained. */
export const IMAGENET_VALUES: Pick<Preprocessing, 'divisor' | 'mean' | 'deviation'> = {
  divisor: 255,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};

/** Images in their own size, normalised with ImageNet's mean and standard deviation. */
export const NORMALISED: Preprocessing = { resize: undefined, ...IMAGENET_VALUES };

/** Images in their own size, bytes unchanged. */
export const RAW: Preprocessing = { resize: undefined, divisor: 1, mean: [0, 0, 0], deviation: [1, 1, 1] };

/** Images in their own size, bytes to −1…1. */
export const HALVES: Preprocessing = {
  resize: undefined,
  divisor: 255,
  mean: [0.5, 0.5, 0.5],
  deviation: [0.5, 0.5, 0.5],
};

/** torchvision's `ImageClassification(crop_size=224, resize_size=…)`. */
export const resizedTo = (shorterSide: number): Preprocessing => ({
  resize: { shorterSide, crop: 224, interpolation: 'bilinear' },
  ...IMAGENET_VALUES,
});

/**
 * The value of each byte in each channel, [3, 256], float32. Mean, deviation and every step are rounded to float32, as
 * in torchvision's ToTensor and Normalize.
 */
export function byteValues({ divisor, mean, deviation }: Preprocessing): Float32Array {
  return Float32Array.from({ length: 3 * 256 }, (_, i) => {
    const channel = i >> 8;
    const centred = fround(fround((i & 255) / divisor) - fround(mean[channel] ?? 0));
    return centred / fround(deviation[channel] ?? 1);
  });
}
