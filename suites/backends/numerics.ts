/** How most backends compute. */
export const FLOAT32 = 'float32 storage and arithmetic';

/** How a WebGL backend computes; its values are in textures. */
export const textureNumerics = (float32: boolean): string =>
  float32 ? 'float32 textures, highp arithmetic' : 'float16 textures';
