import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Written } from '../../reference/formats/format.ts';
import { type FormatId, formatOf } from '../../reference/formats/formats.ts';
import { inferShapes } from '../../reference/graph.ts';
import { truth } from '../../reference/judge/bounds.ts';
import { requireSound } from '../../reference/judge/sound.ts';
import { swapInner } from '../../reference/layout.ts';
import { nchw } from '../../reference/tensor.ts';
import type { ReproModule } from '../backends/repro.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { Failure } from './locate.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Converts [N, C, …] to channels last. */
function channelsLast(values: readonly number[], shape: readonly number[]): number[] {
  if (shape.length !== 4) return [...values];
  const [n, c, h, w] = nchw(shape);
  return swapInner(values, { n, outer: c, inner: h * w }, []);
}

/** The input and the expected output, in the format's layout. */
function caseOf({ graph, weights, input, arithmetic }: Failure, format: FormatId) {
  const exact = truth({ graph, weights, input }, new Map([['output', graph.output]]), arithmetic).get('output');
  if (exact === undefined) throw new Error('nothing was computed');
  requireSound(graph.output, exact);
  const [batch, c, h, w] = nchw(input.shape);
  const shape = inferShapes(graph, batch, h).get(graph.output) ?? [];
  const last = formatOf(format).layout === 'NHWC';
  const turned = (values: ArrayLike<number>, of: readonly number[]) =>
    last ? channelsLast(Array.from(values), of) : Array.from(values);
  return {
    shape: last ? [batch, h, w, c] : input.shape,
    input: turned(input.data, input.shape),
    expected: turned(exact.value.data, shape),
    allowed: turned(exact.allowed, shape),
    output: graph.output,
  };
}

/** Writes the model's files, for reference: the page or script does not need them. */
function writeModel(folder: string, format: FormatId, { main, beside }: Written): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of beside) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, formatOf(format).main), main);
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
 * Throws where the backend loads no file.
 */
export async function writeRepro(folder: string, failure: Failure, row: BackendRow, version: string): Promise<string> {
  const { format, module } = row;
  if (format === undefined) throw new Error(`${row.id} runs no exported model`);
  const { graph, weights, input } = failure;
  const [batch, , size] = nchw(input.shape);
  const { write } = await formatOf(format).write();
  const written = write(graph, weights, { batch, size, taps: [] });
  const { embed, callOf } = (await import(`../backends/${module}.repro.ts`)) as ReproModule;
  const data = { ...caseOf(failure, format), ...embed(written, base64) };
  const ops = graph.nodes.map((node) => node.op).join(' → ');
  const title = `${row.id} ${version}: ${ops} on [${data.shape}]`;
  const { loading, code } = callOf(row, version);
  writeModel(folder, format, written);
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
  return path;
}
