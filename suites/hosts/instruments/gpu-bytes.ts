import { global, wrap } from './wrap.ts';

/** Bytes of buffers and textures that a page's GPU libraries have created and not destroyed. */
export type GpuBytes = { readonly live: number; readonly peak: number; readonly objects: number };

/** Bytes per texel of the formats that inference libraries use, by WebGPU's and WebGL's names. */
const TEXEL: { readonly [format: string]: number } = {
  rgba32float: 16,
  rgba16float: 8,
  r32float: 4,
  r16float: 2,
  rgba8unorm: 4,
  bgra8unorm: 4,
  r8unorm: 1,
};

/** WebGL's sized formats by their constants (WebGL 2 specification, section 3.7.6). */
const WEBGL_TEXEL: { readonly [constant: number]: number } = {
  34836: 16, // RGBA32F
  34842: 8, // RGBA16F
  33326: 4, // R32F
  33325: 2, // R16F
  32856: 4, // RGBA8
  6408: 4, // RGBA
  33321: 1, // R8
};

type Extent = number[] | { width: number; height?: number; depthOrArrayLayers?: number };
const texels = (size: Extent): number =>
  Array.isArray(size)
    ? size.reduce((area, side) => area * side, 1)
    : size.width * (size.height ?? 1) * (size.depthOrArrayLayers ?? 1);

/**
 * From now on, counts the bytes of WebGPU buffers and textures and WebGL textures, by wrapping the functions that
 * create them. These are requested sizes: a driver may round up. Objects freed by the garbage collector are noticed
 * only after it has run.
 */
export function watchGpu(): () => GpuBytes {
  const sizes = new Map<object | number, number>();
  let [live, peak] = [0, 0];
  const give = (key: object | number) => {
    live -= sizes.get(key) ?? 0;
    sizes.delete(key);
  };
  // Objects are referenced by number, so that counting keeps none of them alive.
  const numbers = new WeakMap<object, number>();
  const collected = new FinalizationRegistry<number>(give);
  let count = 0;
  const numberOf = (thing: object): number => {
    const known = numbers.get(thing);
    if (known !== undefined) return known;
    numbers.set(thing, ++count);
    collected.register(thing, count);
    return count;
  };
  const take = (thing: object, bytes: number) => {
    const key = numberOf(thing);
    give(key);
    sizes.set(key, bytes);
    live += bytes;
    peak = Math.max(peak, live);
  };

  wrap(global.GPUDevice, 'createBuffer', (_, [given], made) => take(made as object, (given as { size: number }).size));
  wrap(global.GPUDevice, 'createTexture', (_, [given], made) => {
    const { size, format } = given as { size: Extent; format: string };
    take(made as object, texels(size) * (TEXEL[format] ?? 4));
  });
  for (const owner of [global.GPUBuffer, global.GPUTexture]) wrap(owner, 'destroy', (self) => give(numberOf(self)));

  const bound = new WeakMap<object, object>();
  const texture = (self: object, bytes: number) => {
    const target = bound.get(self);
    if (target) take(target, bytes);
  };
  const area = (format: unknown, width: unknown, height: unknown) =>
    Number(width) * Number(height) * (WEBGL_TEXEL[Number(format)] ?? 4);
  for (const owner of [global.WebGL2RenderingContext, global.WebGLRenderingContext]) {
    wrap(owner, 'bindTexture', (self, [, target]) => {
      if (target) bound.set(self, target as object);
      else bound.delete(self);
    });
    wrap(owner, 'texStorage2D', (self, [, , format, width, height]) => texture(self, area(format, width, height)));
    wrap(owner, 'texImage2D', (self, given) => {
      // The overload with six arguments uploads an image, which no inference library does here.
      if (given.length >= 8) texture(self, area(given[2], given[3], given[4]));
    });
    wrap(owner, 'deleteTexture', (_, [target]) => target && give(numberOf(target as object)));
  }
  return () => ({ live, peak, objects: sizes.size });
}
