import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGraphModel } from '../../reference/formats/graph-model/write.ts';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { inferShapes } from '../../reference/graph.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { swapInner } from '../../reference/layout.ts';
import { nchw } from '../../reference/tensor.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { Failure } from './locate.ts';

type Case = {
  readonly shape: readonly number[];
  readonly input: readonly number[];
  readonly expected: readonly number[];
  readonly allowed: readonly number[];
  readonly output: string;
  /** The ONNX file, or the TF.js weight file, in base64. */
  readonly model: string;
  readonly graphModel?: unknown;
};

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Converts [N, C, …] to channels last, the layout of TF.js. */
function channelsLast(values: readonly number[], shape: readonly number[]): number[] {
  if (shape.length !== 4) return [...values];
  const [n, c, h, w] = nchw(shape);
  return swapInner(values, n, c, h * w, []);
}

function caseOf({ graph, weights, input }: Failure, row: BackendRow): Case {
  const exact = truth(graph, weights, input, new Map([['output', graph.output]]), FLOAT32).get('output');
  if (exact === undefined) throw new Error('nothing was computed');
  requireSound(graph.output, exact);
  const [batch, , size] = nchw(input.shape);
  const shape = inferShapes(graph, batch, size).get(graph.output) ?? [];
  const plain = {
    expected: [...exact.value.data],
    allowed: [...exact.allowed],
    input: [...input.data],
    output: graph.output,
  };
  if (row.format === 'onnx')
    return { ...plain, shape: input.shape, model: base64(writeOnnx(graph, weights, batch, size)) };
  const { json, weights: bytes } = writeGraphModel(graph, weights);
  const [, c, h, w] = nchw(input.shape);
  return {
    shape: [batch, h, w, c],
    input: channelsLast(plain.input, input.shape),
    expected: channelsLast(plain.expected, shape),
    allowed: channelsLast(plain.allowed, shape),
    output: graph.output,
    model: base64(bytes),
    graphModel: json,
  };
}

const ORT_FILES: { readonly [variant: string]: string } = {
  wasm: 'ort.wasm.min.mjs',
  webgpu: 'ort.webgpu.min.mjs',
  jsep: 'ort.min.mjs',
  webgl: 'ort.webgl.min.mjs',
  webnn: 'ort.all.min.mjs',
};

/** Script elements, and the body of an async function that returns the output, through the runtime's public API alone. */
function callOf(row: BackendRow, version: string): { tags: string; code: string } {
  if (row.format === 'onnx') {
    const provider = row.variant === 'jsep' ? 'webgpu' : row.variant;
    const from =
      row.host === 'node' ? "'onnxruntime-node'" : `base + 'onnxruntime-web@${version}/dist/${ORT_FILES[row.variant]}'`;
    return {
      tags: '',
      code: `const ort = await import(${from});
  const session = await ort.InferenceSession.create(bytes(data.model), { executionProviders: ['${provider}'] });
  const input = new ort.Tensor('float32', Float32Array.from(data.input), data.shape);
  const outputs = await session.run({ input });
  return outputs[data.output].getData();`,
    };
  }
  const packages = ['tfjs-core', 'tfjs-converter', `tfjs-backend-${row.variant}`];
  const tags = packages.map(
    (name) => `load(base + '@tensorflow/${name}@${version}/dist/${name.replace('tfjs-', 'tf-')}.min.js')`,
  );
  return {
    tags: tags.map((tag) => `  await ${tag};`).join('\n'),
    code: `await tf.setBackend('${row.variant}');
  const weightSpecs = data.graphModel.weightsManifest[0].weights;
  const artifacts = { modelTopology: data.graphModel.modelTopology, weightSpecs, weightData: bytes(data.model).buffer };
  const model = await tf.loadGraphModel(tf.io.fromMemory(artifacts));
  return model.execute(tf.tensor4d(data.input, data.shape), data.output).data();`,
  };
}

/** The comparison, the same in every repro. */
const COMPARE = `let worst = { ratio: 0 };
  output.forEach((value, i) => {
    const error = Math.abs(value - data.expected[i]);
    const same = Object.is(value, Math.fround(data.expected[i]));
    const ratio = same ? 0 : Number.isFinite(error) ? error / data.allowed[i] : Infinity;
    if (ratio >= worst.ratio) worst = { ratio, element: i, got: value, expected: data.expected[i], allowed: data.allowed[i] };
  });
  const verdict = worst.ratio > 1 ? 'DEFECT' : 'right';`;

/**
 * Writes a folder that reproduces a failure without this project: the model, and one page or script that runs it
 * through the runtime's public API and compares it with the float64 truth. Returns the path of the page or script.
 */
export function writeRepro(folder: string, failure: Failure, row: BackendRow, version: string): string {
  const data = caseOf(failure, row);
  const ops = failure.graph.nodes.map((node) => node.op).join(' → ');
  const title = `${row.id} ${version}: ${ops} on [${data.shape}]`;
  const { tags, code } = callOf(row, version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, row.format === 'onnx' ? 'model.onnx' : 'group1-shard1of1.bin'),
    Buffer.from(data.model, 'base64'),
  );
  if (data.graphModel) writeFileSync(join(folder, 'model.json'), JSON.stringify(data.graphModel));
  const bytes = 'const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));';
  const run = `async function run() {\n  ${code}\n}`;
  if (row.host === 'node') {
    const path = join(folder, 'repro.mjs');
    const lines = [
      `// ${title}`,
      `const data = ${JSON.stringify(data)};`,
      bytes,
      run,
      'const output = await run();',
      COMPARE,
      'console.log(verdict, worst);',
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }
  const path = join(folder, 'index.html');
  const page = `<!doctype html>
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<pre id="verdict">running…</pre>
<script type="module">
const base = new URLSearchParams(location.search).get('base') ?? 'https://cdn.jsdelivr.net/npm/';
const data = ${JSON.stringify(data)};
${bytes}
const load = (src) => new Promise((resolve, reject) => document.head.append(Object.assign(document.createElement('script'), { src, onload: resolve, onerror: reject })));
${run.replace('{\n', `{\n${tags === '' ? '' : `${tags}\n`}`)}
try {
  const output = await run();
  ${COMPARE}
  document.querySelector('#verdict').textContent = verdict + '\\n' + JSON.stringify(worst, null, 2);
} catch (error) {
  document.querySelector('#verdict').textContent = 'failed: ' + error.message;
}
</script>
`;
  writeFileSync(path, page);
  return path;
}
