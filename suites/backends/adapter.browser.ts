import type { Placement } from '../record.ts';

type Adapter = NonNullable<Placement['adapter']>;

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** The adapter that `requestAdapter()` gives, in the browser's words. */
export async function describeWebGPU(): Promise<Adapter> {
  const info = (await navigator.gpu.requestAdapter())?.info;
  const words = [info?.vendor, info?.architecture, info?.description].filter((word) => word);
  const description = words.join(' ') || 'unnamed adapter';
  return { description, software: SOFTWARE.test(description) || info?.isFallbackAdapter === true };
}

/** The renderer behind a WebGL 2 context (WEBGL_debug_renderer_info). */
export function describeWebGL(): Adapter {
  const gl = document.createElement('canvas').getContext('webgl2');
  const names = gl?.getExtension('WEBGL_debug_renderer_info');
  const description = gl ? String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)) : 'no WebGL 2';
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return { description, software: SOFTWARE.test(description) };
}
