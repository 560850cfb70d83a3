import sharp from 'sharp';

/** Version of this project's resampling and cropping: change it with their results. */
const RESAMPLING = 1;

/** Names what decodes and resizes images, so that pixels of another version are decoded again. */
export const DECODER = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}, resampling ${RESAMPLING}`;
