import type { Adapter, Features } from '../record/placement.ts';
import { SOFTWARE } from '../record/software.ts';

const orNull = (word: string | undefined) => word || null;

/**
 * The adapter that `requestAdapter()` returns, as the browser describes it. Chrome reports the driver to developers
 * only.
 */
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

/**
 * Parses vendor, device and driver from ANGLE's name of a renderer: `ANGLE (Google, Vulkan 1.3.0 (…), SwiftShader
 * driver)`.
 */
export function parseRenderer(description: string): Pick<Adapter, 'vendor' | 'device' | 'driver'> {
  const [, vendor, device, driver] = description.match(/^ANGLE \(([^,]+), (.+), ([^,]+)\)$/) ?? [];
  return { vendor: orNull(vendor), device: orNull(device), driver: orNull(driver) };
}

/** Calls `ask` with a WebGL 2 context, or null, and releases the context, since a page may have only a few. */
function askWebGL<T>(ask: (gl: WebGL2RenderingContext | null) => T): T {
  const gl = document.createElement('canvas').getContext('webgl2');
  const answer = ask(gl);
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return answer;
}

/** The renderer of a WebGL 2 context (WEBGL_debug_renderer_info). */
export function describeWebGL(): Adapter {
  const description = askWebGL((gl) => {
    const names = gl?.getExtension('WEBGL_debug_renderer_info');
    return gl ? String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)) : 'no WebGL 2';
  });
  return { ...parseRenderer(description), architecture: null, description, software: SOFTWARE.test(description) };
}

/** Whether WebGL 2 can render to float32 textures. */
export const rendersFloat32 = (): boolean => askWebGL((gl) => gl?.getExtension('EXT_color_buffer_float') != null);

/** Features that a runtime may use in this page. Those of its WebAssembly follow from the name of the fetched file. */
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
