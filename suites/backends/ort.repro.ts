import type { ReproModule } from './repro.ts';

const FILES: { readonly [variant: string]: string } = {
  wasm: 'ort.wasm.min.mjs',
  webgpu: 'ort.webgpu.min.mjs',
  jsep: 'ort.min.mjs',
  webgl: 'ort.webgl.min.mjs',
  webnn: 'ort.all.min.mjs',
};

export const embed: ReproModule['embed'] = ({ main, beside }, base64) => {
  const external = [...beside].map(([path, bytes]) => ({ path, data: base64(bytes) }));
  return { model: base64(main), ...(external.length > 0 ? { external } : {}) };
};

export const callOf: ReproModule['callOf'] = ({ host, variant }, version) => {
  const provider = variant === 'jsep' ? 'webgpu' : variant;
  const from = host === 'node' ? "'onnxruntime-node'" : `base + 'onnxruntime-web@${version}/dist/${FILES[variant]}'`;
  return {
    loading: '',
    packages: host === 'node' ? [] : ['onnxruntime-web'],
    code: `const ort = await import(${from});
  const externalData = data.external?.map(({ path, data }) => ({ path, data: bytes(data) }));
  const options = { executionProviders: ['${provider}'], ...(externalData ? { externalData } : {}) };
  const session = await ort.InferenceSession.create(bytes(data.model), options);
  const input = new ort.Tensor('float32', Float32Array.from(data.input), data.shape);
  const outputs = await session.run({ [data.feed]: input });
  return outputs[data.output].getData();`,
  };
};
