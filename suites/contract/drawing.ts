import type { Preprocessing } from '../../reference/datasets/preprocessing.ts';

/**
 * A way in which web pages resize an image: as they decode it (`createImageBitmap` with resizeWidth, resizeHeight and
 * resizeQuality), or as they draw it on a canvas (`drawImage` with imageSmoothingQuality; HTML Standard, sections 8.11.2
 * and 4.12.5).
 */
export type DrawingWay = {
  readonly id: string;
  readonly by: 'createImageBitmap' | 'drawImage';
  readonly quality: 'pixelated' | 'low' | 'medium' | 'high';
};

const way = (by: DrawingWay['by'], quality: DrawingWay['quality']): DrawingWay => ({
  id: `${by}, ${quality}`,
  by,
  quality,
});

/** The usual ways. `low` is the default of both. */
export const DRAWING_WAYS: readonly [DrawingWay, ...DrawingWay[]] = [
  way('drawImage', 'low'),
  way('drawImage', 'medium'),
  way('drawImage', 'high'),
  way('createImageBitmap', 'pixelated'),
  way('createImageBitmap', 'low'),
  way('createImageBitmap', 'medium'),
  way('createImageBitmap', 'high'),
];

/**
 * Decodes an image file and draws it in several ways, resized and cropped as `resize` says, but by the browser's own
 * interpolation; in its own size where that is undefined. Resolves with uint8 [3, height, width] for each way. Rejects
 * where the browser cannot decode it.
 */
export type DrawImage = (
  bytes: Uint8Array<ArrayBuffer>,
  resize: Preprocessing['resize'],
  ways: readonly DrawingWay[],
) => Promise<readonly Uint8Array[]>;
