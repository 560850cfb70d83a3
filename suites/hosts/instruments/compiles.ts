import type { Compiled } from '../../record/compiled.ts';
import { global, wrap } from './wrap.ts';

/**
 * From now on, counts the shaders and pipelines (in WebGL: programs) that the page's GPU libraries create. A pipeline
 * created synchronously is returned before it is compiled, so only asynchronous ones can be timed.
 */
export function watchCompiles(): () => Compiled {
  const counts = { shaders: 0, pipelines: 0, asynchronous: 0 };
  let [pending, since, waited] = [0, 0, 0];
  const begin = () => {
    if (pending++ === 0) since = performance.now();
  };
  const end = () => {
    if (--pending === 0) waited += performance.now() - since;
  };
  wrap(global.GPUDevice, 'createShaderModule', () => counts.shaders++);
  wrap(global.GPUDevice, 'createComputePipeline', () => counts.pipelines++);
  wrap(global.GPUDevice, 'createComputePipelineAsync', (_, __, promise) => {
    counts.pipelines++;
    counts.asynchronous++;
    begin();
    // The library handles a rejection. This is another promise.
    (promise as Promise<unknown>).then(end, end);
  });
  for (const owner of [global.WebGL2RenderingContext, global.WebGLRenderingContext]) {
    wrap(owner, 'compileShader', () => counts.shaders++);
    wrap(owner, 'linkProgram', () => counts.pipelines++);
  }
  return () => ({ ...counts, pending: waited + (pending > 0 ? performance.now() - since : 0) });
}
