import type { Adapter, Features } from '../record/placement.ts';

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

const orNull = (word: string | undefined) => word || null;

/** The adapter that `requestAdapter()` gives, in the browser's words. Chrome tells the driver to developers only. */
export async function describeWebGPU(): Promise<Adapter> {
  const info = (await navigator.gpu.requestAdapter())?.info as (GPUAdapterInfo & { driver?: string }) | undefined;
  const words = [info?.vendor, info?.architecture, info?.description].filter((word) => word);
  const description = words.join(' ') || 'unnamed adapter';
  return {
    vendor: orNull(info?.vendor),
    architecture: orNull(info?.architecture),
    device: orNull(info?.device),
    driver: orNull(info?.driver),
    description,
    software: SOFTWARE.test(description) || info?.isFallbackAdapter === true,
  };
}

/** Vendor, device and driver from a renderer as ANGLE names it: `ANGLE (Google, Vulkan 1.3.0 (…), SwiftShader driver)`. */
export function parseRenderer(description: string): Pick<Adapter, 'vendor' | 'device' | 'driver'> {
  const [, vendor, device, driver] = description.match(/^ANGLE \(([^,]+), (.+), ([^,]+)\)$/) ?? [];
  return { vendor: orNull(vendor), device: orNull(device), driver: orNull(driver) };
}

/** Asks a WebGL 2 context, if there is one, and gives it back: a page has few of them. */
function askWebGL<T>(ask: (gl: WebGL2RenderingContext | null) => T): T {
  const gl = document.createElement('canvas').getContext('webgl2');
  const answer = ask(gl);
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return answer;
}

/** The renderer behind a WebGL 2 context (WEBGL_debug_renderer_info). */
export function describeWebGL(): Adapter {
  const description = askWebGL((gl) => {
    const names = gl?.getExtension('WEBGL_debug_renderer_info');
    return gl ? String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)) : 'no WebGL 2';
  });
  return { ...parseRenderer(description), architecture: null, description, software: SOFTWARE.test(description) };
}

/** Whether a WebGL 2 context computes into float32 textures. */
export const rendersFloat32 = (): boolean => askWebGL((gl) => gl?.getExtension('EXT_color_buffer_float') != null);

/** What a runtime may use in this page; of its WebAssembly by the name of the file that it fetched. */
export async function pageFeatures(onWebGPU: boolean): Promise<Features> {
  const files = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
  const wasm = files.findLast((path) => path.endsWith('.wasm'));
  return {
    simd: wasm === undefined ? null : wasm.includes('simd'),
    jspi: wasm === undefined ? null : wasm.includes('jspi'),
    float16: onWebGPU ? ((await navigator.gpu.requestAdapter())?.features.has('shader-f16') ?? null) : null,
    crossOriginIsolated,
    tf32: null,
  };
}
