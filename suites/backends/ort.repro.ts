import type { ReproModule } from './repro.ts';

const FILES: { readonly [variant: string]: string } = {
  wasm: 'ort.wasm.min.mjs',
  webgpu: 'ort.webgpu.min.mjs',
  jsep: 'ort.min.mjs',
  webgl: 'ort.webgl.min.mjs',
  webnn: 'ort.all.min.mjs',
};

export const embed: ReproModule['embed'] = ({ main }, base64) => ({ model: base64(main) });

export const callOf: ReproModule['callOf'] = ({ host, variant }, version) => {
  const provider = variant === 'jsep' ? 'webgpu' : variant;
  const from = host === 'node' ? "'onnxruntime-node'" : `base + 'onnxruntime-web@${version}/dist/${FILES[variant]}'`;
  return {
    loading: '',
    code: `const ort = await import(${from});
  const session = await ort.InferenceSession.create(bytes(data.model), { executionProviders: ['${provider}'] });
  const input = new ort.Tensor('float32', Float32Array.from(data.input), data.shape);
  const outputs = await session.run({ input });
  return outputs[data.output].getData();`,
  };
};
