/** How most backends compute. */
export const FLOAT32 = 'float32 storage and arithmetic';

/** How a backend on WebGL computes, whose values live in textures. */
export const textureNumerics = (float32: boolean): string =>
  float32 ? 'float32 textures, highp arithmetic' : 'float16 textures';
