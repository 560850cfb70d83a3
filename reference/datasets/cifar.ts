const { fround } = Math;

const PIXELS = 32 * 32;
const RECORD = 1 + 3 * PIXELS;
const CLASSES = 10;

/**
 * ImageNet's mean and standard deviation for channels R, G, B, in float32 as in PyTorch. akamaster's networks were
 * trained with these.
 */
const MEAN = [0.485, 0.456, 0.406].map(fround);
const DEVIATION = [0.229, 0.224, 0.225].map(fround);

/**
 * The normalised value of each byte, by channel, rounded after each step as in torchvision's ToTensor and Normalize.
 */
const NORMALISED = Float32Array.from({ length: 3 * 256 }, (_, i) => {
  const channel = i >> 8;
  const centred = fround(fround((i & 255) / 255) - (MEAN[channel] ?? 0));
  return centred / (DEVIATION[channel] ?? 1);
});

export type CifarImages = {
  readonly count: number;
  /** Class of each image, 0…9. */
  readonly labels: Uint8Array;
  /** Image `i`, float32 [3, 32, 32], normalised. Throws RangeError where there is none. */
  image(i: number): Float32Array;
};

/**
 * CIFAR-10's binary layout (Krizhevsky 2009): per image one label byte, then 3×32×32 bytes, channels R, G, B.
 * Throws where the size or a label says that it is something else.
 */
export function cifarImages(bytes: Uint8Array): CifarImages {
  const count = bytes.length / RECORD;
  if (count === 0 || !Number.isInteger(count))
    throw new Error(`${bytes.length} bytes are no whole number of CIFAR-10 images of ${RECORD} bytes`);
  const labels = Uint8Array.from({ length: count }, (_, i) => bytes[i * RECORD] ?? 0);
  const odd = labels.findIndex((label) => label >= CLASSES);
  if (odd >= 0) throw new Error(`image ${odd} has label ${labels[odd]}: this is not CIFAR-10's binary layout`);
  return {
    count,
    labels,
    image(i) {
      if (!Number.isInteger(i) || i < 0 || i >= count) throw new RangeError(`no image ${i} among ${count}`);
      const pixels = bytes.subarray(i * RECORD + 1, (i + 1) * RECORD);
      const image = new Float32Array(pixels.length);
      for (let k = 0; k < image.length; k++)
        image[k] = NORMALISED[(Math.floor(k / PIXELS) << 8) | (pixels[k] as number)] as number;
      return image;
    },
  };
}
