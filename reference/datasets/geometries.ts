import type { Interpolation, Resize } from './preprocessing.ts';

/** Another way to resize and crop. `changes`: in what it differs from the request, in words. */
export type Geometry = { readonly changes: readonly string[]; readonly resize: Resize };

const WORDS: { readonly [interpolation in Interpolation]: string } = {
  bilinear: 'bilinear interpolation with antialiasing',
  bicubic: 'bicubic interpolation with antialiasing',
  nearest: 'the nearest pixel in place of interpolation',
  area: "OpenCV's area interpolation",
  'tensor-bilinear': 'bilinear interpolation without antialiasing',
  'tensor-bicubic': 'bicubic interpolation without antialiasing',
};

/**
 * Usual shares of the shorter side that a crop keeps: all of it; timm's 0.95 and 0.9; torchvision's newer 224 of 232; and
 * 224 of 256, which most networks were trained for.
 */
const SHARES = [1, 224 / 232, 0.95, 0.9, 224 / 256];

type Shape = Pick<Resize, 'shorterSide' | 'fit'>;

const sizeText = ({ shorterSide, fit }: Shape, crop: number): string =>
  fit === 'squash'
    ? `both sides squashed to ${shorterSide} pixels, of which ${crop} are kept`
    : `a shorter side of ${shorterSide} pixels, of which ${crop} are kept`;

const isSameShape = (a: Shape, b: Shape): boolean => a.shorterSide === b.shorterSide && a.fit === b.fit;

/** The usual other sizes before the crop. Those that round to the same number of pixels are there once. */
function shapesBeside({ shorterSide, crop, fit }: Resize): Shape[] {
  const sides = [...new Set(SHARES.map((share) => Math.round(crop / share)))];
  const kept = sides.map((side): Shape => ({ shorterSide: side }));
  const squashed = [crop, Math.round(crop / (224 / 256))].map((side): Shape => ({ shorterSide: side, fit: 'squash' }));
  return [...kept, ...squashed].filter((shape) => !isSameShape(shape, { shorterSide, fit }));
}

/**
 * Every usual way to resize and crop but the requested one: another interpolation, another size before the crop, and the
 * plain resize of libraries, which squashes an image without antialiasing.
 */
export function geometriesBeside(asked: Resize): readonly Geometry[] {
  const { crop, interpolation } = asked;
  const resampled = (Object.keys(WORDS) as Interpolation[])
    .filter((one) => one !== interpolation)
    .map((one): Geometry => ({ changes: [WORDS[one]], resize: { ...asked, interpolation: one } }));
  const shaped = shapesBeside(asked).map((shape): Geometry => {
    const resize = { crop, interpolation, ...shape };
    return { changes: [sizeText(shape, crop)], resize };
  });
  const plain = { crop, interpolation: 'tensor-bilinear', shorterSide: crop, fit: 'squash' } as const;
  if (isSameShape(plain, asked) || interpolation === plain.interpolation) return [...resampled, ...shaped];
  const changes = [sizeText(plain, crop), WORDS['tensor-bilinear']];
  return [...resampled, ...shaped, { changes, resize: plain }];
}
