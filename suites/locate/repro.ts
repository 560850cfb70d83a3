import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FormatId, formatOf } from '../../reference/formats/formats.ts';
import { inferShapes } from '../../reference/graph.ts';
import { truth } from '../../reference/judge/bounds.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { rigorous } from '../../reference/judge/worst-case.ts';
import { swapInner } from '../../reference/layout.ts';
import { nchw, sizeOf } from '../../reference/tensor.ts';
import type { ReproModule } from '../backends/repro.ts';
import type { BackendRow } from '../contract/backend.ts';
import { exportOf } from './exported.ts';
import type { Loadable } from './prober.ts';
import { isProved } from './shrink.ts';
import type { Failure } from './suspect.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Converts [N, C, …] to channels last. */
function channelsLast(values: readonly number[], shape: readonly number[]): number[] {
  if (shape.length !== 4) return [...values];
  const [n, c, h, w] = nchw(shape);
  return swapInner(values, { n, outer: c, inner: h * w }, []);
}

/**
 * What an output may differ by: its worst-case bound where the failure is beyond that, otherwise the limits of right
 * implementations.
 */
function limitsOf(failure: Failure) {
  const { graph, weights, input, arithmetic } = failure;
  if (isProved(failure)) {
    const exact = rigorous(graph, weights, input, arithmetic);
    return { exact, allowed: exact.allowed, limits: undefined, word: 'DEFECT' };
  }
  const exact = truth({ graph, weights, input }, new Map([['output', graph.output]]), arithmetic).get('output');
  if (exact?.limits === undefined) throw new Error('nothing was computed');
  requireSound(graph.output, exact);
  const { l2, largest, channels } = exact.limits.direct;
  const limits = { tensor: l2, channels: [...channels] };
  return { exact, allowed: exact.allowed.map(() => largest), limits, word: 'SUSPECT' };
}

/** The input and the expected output, in the format's layout, and how far from it an output may be. */
function caseOf(failure: Failure, format: FormatId, { network }: Loadable) {
  const { graph, input } = failure;
  const { exact, allowed, limits, word } = limitsOf(failure);
  const [batch, c, h, w] = nchw(input.shape);
  const shape = inferShapes(graph, batch, h).get(graph.output) ?? [];
  const last = formatOf(format).layout === 'NHWC';
  const turned = (values: ArrayLike<number>, of: readonly number[]) =>
    last ? channelsLast(Array.from(values), of) : Array.from(values);
  return {
    shape: last ? [batch, h, w, c] : input.shape,
    input: turned(input.data, input.shape),
    expected: turned(exact.value.data, shape),
    allowed: turned(allowed, shape),
    ...(limits === undefined ? {} : { limits: { ...limits, last, area: sizeOf(shape.slice(2)) } }),
    word,
    feed: network.input,
    output: network.output,
  };
}

/** Writes the model's files, for reference: the page or script does not need them. */
function writeModel(folder: string, format: FormatId, main: Uint8Array, beside: ReadonlyMap<string, Uint8Array>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of beside) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  writeFileSync(join(folder, formatOf(format).main), main);
}

/** What a failure was shown with: a part of the user's own file, or an export. */
export function fileOf({ graph, weights, input, own }: Failure, format: FormatId): Loadable | Promise<Loadable> {
  const [batch, , size] = nchw(input.shape);
  return own ?? exportOf(format, { graph, weights }, { batch, size }, [graph.output]);
}

/** The comparison, the same in every repro. */
const COMPARE = `let worst = { ratio: 0 };
  output.forEach((value, i) => {
    const error = Math.abs(value - data.expected[i]);
    const same = Object.is(value, Math.fround(data.expected[i]));
    const ratio = same ? 0 : Number.isFinite(error) ? error / data.allowed[i] : Infinity;
    if (ratio >= worst.ratio) worst = { ratio, element: i, got: value, expected: data.expected[i], allowed: data.allowed[i] };
  });
  // Norms of the error over the whole tensor and over each channel, where an element alone may be within its bound.
  if (data.limits) {
    const { tensor, channels, last, area } = data.limits;
    const squares = channels.map(() => 0);
    let sum = 0;
    output.forEach((value, i) => {
      const square = (value - data.expected[i]) ** 2;
      sum += square;
      squares[(last ? i : Math.floor(i / area)) % channels.length] += square;
    });
    const rms = squares.map((one, c) => Math.sqrt((one * channels.length) / output.length) / channels[c]);
    const ratio = Math.max(Math.sqrt(sum) / tensor, ...rms);
    if (ratio > worst.ratio) worst = { ratio, allowed: data.limits };
  }
  const verdict = worst.ratio > 1 ? data.word : 'right';`;

/** A page or script that was written, and the packages that a page loads, at their version. */
export type Repro = { readonly path: string; readonly packages: readonly string[]; readonly version: string };

/**
 * Writes a folder that reproduces a failure without this project: the model, and one page or script that runs it
 * through the runtime's public API and compares it with the float64 truth. Throws where the backend loads no file.
 */
export async function writeRepro(folder: string, failure: Failure, row: BackendRow, version: string): Promise<Repro> {
  const { format, module } = row;
  if (format === undefined) throw new Error(`${row.id} runs no exported model`);
  const { graph } = failure;
  const file = await fileOf(failure, format);
  const beside = new Map<string, Uint8Array<ArrayBuffer>>(file.beside);
  for (const { name, path } of file.linked) beside.set(name, new Uint8Array(readFileSync(path)));
  const written = { main: file.main, beside };
  const { embed, callOf } = (await import(`../backends/${module}.repro.ts`)) as ReproModule;
  const data = { ...caseOf(failure, format, file), ...embed(written, base64) };
  const ops = graph.nodes.map((node) => node.op).join(' → ');
  const title = `${row.id} ${version}: ${ops} on [${data.shape}]`;
  const { loading, packages, code } = callOf(row, version);
  writeModel(folder, format, file.main, beside);
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
    return { path, packages, version };
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
${run.replace('{\n', `{\n${loading === '' ? '' : `${loading}\n`}`)}
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
  return { path, packages, version };
}
