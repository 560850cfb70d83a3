import { joinBytes } from '../../reference/join.ts';
import type { ReproModule } from './repro.ts';

export const embed: ReproModule['embed'] = ({ main, beside }, base64) => ({
  model: base64(joinBytes([...beside.values()])),
  graphModel: JSON.parse(new TextDecoder().decode(main)),
});

export const callOf: ReproModule['callOf'] = ({ host, variant, packages: [own] }, version) => {
  const packages = ['tfjs-core', 'tfjs-converter', `tfjs-backend-${variant}`];
  const scripts = packages.map(
    (name) => `load(base + '@tensorflow/${name}@${version}/dist/${name.replace('tfjs-', 'tf-')}.min.js')`,
  );
  const start = host === 'node' ? `const tf = (await import('${own}')).default;` : `await tf.setBackend('${variant}');`;
  return {
    loading: host === 'node' ? '' : scripts.map((script) => `  await ${script};`).join('\n'),
    packages: host === 'node' ? [] : packages.map((name) => `@tensorflow/${name}`),
    code: `${start}
  const weightSpecs = data.graphModel.weightsManifest.flatMap(({ weights }) => weights);
  const artifacts = { modelTopology: data.graphModel.modelTopology, weightSpecs, weightData: bytes(data.model).buffer };
  const model = await tf.loadGraphModel(tf.io.fromMemory(artifacts));
  return model.execute(tf.tensor4d(data.input, data.shape), data.output).data();`,
  };
};
