const { fround } = Math;

type Rgb = readonly [red: number, green: number, blue: number];

/** What a network was trained to be fed of an image, as torchvision's `ImageClassification` says it. */
export type Preprocessing = {
  /**
   * Resized until the shorter side has so many pixels, antialiased, and then cut to a square of so many in the middle;
   * undefined where images are taken in the size that they have.
   */
  readonly resize:
    | { readonly shorterSide: number; readonly crop: number; readonly interpolation: 'bilinear' | 'bicubic' }
    | undefined;
  /** What bytes are divided by: 255, or 1 where the network takes them as they are. */
  readonly divisor: 1 | 255;
  /** What is subtracted then, and what the difference is divided by; by channel. */
  readonly mean: Rgb;
  readonly deviation: Rgb;
};

/** ImageNet's mean and deviation, which most networks are trained with. */
const IMAGENET: Pick<Preprocessing, 'divisor' | 'mean' | 'deviation'> = {
  divisor: 255,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};

/** Images in their own size, normalised by ImageNet's mean and deviation. */
export const NORMALISED: Preprocessing = { resize: undefined, ...IMAGENET };

/** Images in their own size, bytes as they are. */
export const RAW: Preprocessing = { resize: undefined, divisor: 1, mean: [0, 0, 0], deviation: [1, 1, 1] };

/** torchvision's `ImageClassification(crop_size=224, resize_size=…)`. */
export const resizedTo = (shorterSide: number): Preprocessing => ({
  resize: { shorterSide, crop: 224, interpolation: 'bilinear' },
  ...IMAGENET,
});

/**
 * What each byte of each channel becomes, [3, 256], float32: the mean and deviation are rounded to float32, as is every
 * step, as torchvision's ToTensor and Normalize do.
 */
export function byteValues({ divisor, mean, deviation }: Preprocessing): Float32Array {
  return Float32Array.from({ length: 3 * 256 }, (_, i) => {
    const channel = i >> 8;
    const centred = fround(fround((i & 255) / divisor) - fround(mean[channel] ?? 0));
    return centred / fround(deviation[channel] ?? 1);
  });
}
