import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { precisionOf } from '../../reference/precisions/precisions.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { findBackend } from '../../suites/backends/backends.ts';
import { DEFECTS } from '../../suites/backends/defects.ts';
import { attemptNetwork } from '../../suites/engine/bisect-network.ts';
import { NO_BROWSER } from '../../suites/engine/hosts.ts';
import { exportOf } from '../../suites/locate/exported.ts';
import { installVersion } from '../../suites/versions/install.ts';
import { publishedVersions } from '../../suites/versions/registry.ts';
import { errorsOf, runCli } from '../scripts/run.ts';

const NAME = 'onnxruntime-node';
const VERSIONS = ['1.20.1', '1.23.2'] as const;

const folder = mkdtempSync(join(tmpdir(), 'resnet-versions-'));
let unreachable: string | undefined;
const before = process.env.RESNET_CACHE;
beforeAll(async () => {
  process.env.RESNET_CACHE = folder;
  unreachable = await publishedVersions(NAME).then(
    (published) => VERSIONS.find((version) => !published.includes(version)),
    (error: Error) => error.message,
  );
});
afterAll(() => {
  if (before === undefined) delete process.env.RESNET_CACHE;
  else process.env.RESNET_CACHE = before;
  rmSync(folder, { recursive: true, force: true });
});

const needRegistry = (context: TestContext) => {
  if (unreachable !== undefined) context.skip(`versions cannot be installed here: ${unreachable}`);
};

describe('other versions of a package', { timeout: 300_000 }, () => {
  it('are installed side by side, and a step of a bisection runs each of them', async (context) => {
    needRegistry(context);
    const row = findBackend('ort-node/cpu');
    const defect = DEFECTS.find(({ id }) => id === 'webgpu-three-channels');
    if (row?.format === undefined || defect === undefined) throw new Error('a row is missing');
    const { graph, size } = defect.smallest;
    const weights = seededWeights(graph, 0);
    const input = seededTensor(0, 1, graph.channels, size);
    const { arithmetic } = precisionOf('fp32');
    const file = await exportOf(row.format, { graph, weights }, { batch: 1, size }, [graph.output]);
    const said: string[] = [];
    for (const version of VERSIONS) {
      const packages = await installVersion({ name: NAME, version }, (line) => said.push(line));
      const attempt = await attemptNetwork({ graph, weights, input, arithmetic, file }, row, NO_BROWSER, packages);
      expect(attempt).toMatchObject({ answer: 'good', outcome: 'right', implementation: 'cpu (CPUExecutionProvider)' });
      // A file that is not what the network computes is found wrong.
      const other = { graph, weights: seededWeights(graph, 1), input, arithmetic, file };
      expect(await attemptNetwork(other, row, NO_BROWSER, packages)).toMatchObject({ answer: 'bad', outcome: 'wrong' });
    }
    expect(said).toEqual(VERSIONS.map((version) => `installing ${NAME}@${version}`));
  });

  it('take turns in one run, whose files name the version that ran', async (context) => {
    needRegistry(context);
    const sides = VERSIONS.map((version) => `${NAME}@${version}`);
    const out = join(folder, 'out');
    const words = ['bench', '*:resnet20.seed0', '--suites', 'latency,conformance', '--backends', 'ort-node/cpu'];
    const few = ['--rounds', '3', '--samples', '3', '--out', out, '--ab', sides.join()];
    const { code, err, out: text } = await runCli([...words, ...few], folder);
    expect(errorsOf(err)).toEqual([]);
    expect([0, 1]).toContain(code);
    expect(text).toContain('The runs were interleaved: ratios are over pairs of rounds.');
    const paths = text.split('\n').filter((line) => line.endsWith('.jsonl'));
    expect(paths).toHaveLength(2);
    for (const [i, path] of paths.entries()) {
      const [header, ...lines] = readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(header.environment.packages[NAME]).toBe(VERSIONS[i]);
      expect(header.pair.variant).toBe(i === 0 ? 'a' : 'b');
      const records = lines.filter(({ kind }: { kind: string }) => kind === 'record');
      expect(records.map(({ outcome }: { outcome: { status: string } }) => outcome.status)).toEqual(
        Array(6).fill('ok'),
      );
    }
  });
});

describe('two forms of a network', { timeout: 120_000 }, () => {
  it('take turns in one run, whose files say the form that ran', async () => {
    const out = join(folder, 'forms');
    const words = ['bench', '*:resnet20.seed0', '--suites', 'memory,conformance', '--backends', 'ort-node/cpu'];
    const {
      code,
      err,
      out: text,
    } = await runCli([...words, '--rounds', '3', '--out', out, '--ab', 'form:folded,form:bn'], folder);
    expect(errorsOf(err)).toEqual([]);
    expect([0, 1]).toContain(code);
    expect(text).toMatch(/base: .*\n?.*all\s+networks in the form folded/);
    expect(text).toContain('larger files');
    const read = (path: string) =>
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const files = text.split('\n').filter((line) => line.endsWith('.jsonl'));
    const [a = [], b = []] = files.map(read);
    expect([a[0].form, b[0].form, b[0].pair.variant]).toEqual(['folded', 'bn', 'b']);
    const modelOf = (lines: typeof a) =>
      lines.find(({ id = '' }) => id.startsWith('memory:'))?.outcome.result.model as number;
    expect(modelOf(b)).toBeGreaterThan(modelOf(a));
    // Both answer the same cells, correctly.
    expect(b[0].plan).toEqual(a[0].plan);
    const statuses = [...a, ...b].filter(({ kind }) => kind === 'record').map(({ outcome }) => outcome.status);
    expect(statuses).toEqual(Array(12).fill('ok'));
  });
});

describe('bad input of bisect and --ab', { timeout: 120_000 }, () => {
  const cell = 'conformance:resnet20.seed0:fp32:b1:32:ort-node/cpu';
  it.each([
    [['bisect', cell, '--good', `onnxruntime-nod@1.29.0`], "did you mean 'onnxruntime-node'?"],
    [['bisect', cell, '--good', 'onnxruntime-web@1.29.0'], 'does not depend on onnxruntime-web'],
    [['bisect', cell, '--good', `${NAME}@1.29.0`, '--bad', `${NAME}@1.29.0`], 'give two that differ'],
    [['bisect', cell, '--good', `${NAME}@1.30.0`, '--bad', `${NAME}@1.29.0`], 'must be the older one'],
    [['bisect', 'webgpu-three-channels:ort-web/webgl'], 'is a known defect of ort-web/webgpu and ort-node/webgpu'],
    [['bisect', 'nonsense'], 'is not a cell id'],
    [['bench', '--ab', `${NAME}@1.29.0`], '--ab takes two sides'],
    [
      ['bench', '*:resnet20.seed0:fp32,fp32-bn', '--backends', 'ort-node/cpu', '--ab', 'form:folded,form:bn'],
      'several are requested',
    ],
    [['bench', '--aa', '--ab', `${NAME}@1.29.0,${NAME}@1.30.0`], 'give one of them'],
    [['bench', '*:resnet20.seed0', '--backends', 'null', '--ab', `${NAME}@1.29.0,${NAME}@1.30.0`], 'none of the cells'],
  ])('%j is one line and exit code 2', async (words, message) => {
    const { code, err } = await runCli(words, folder);
    expect(errorsOf(err)).toHaveLength(1);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it('says so where the registry cannot be reached', async () => {
    const words = ['bisect', cell, '--good', `${NAME}@1.29.0`];
    const { code, err } = await runCli(words, folder, { npm_config_registry: 'http://127.0.0.1:9/' });
    expect(errorsOf(err)).toEqual([expect.stringContaining('npm cannot reach its registry (ECONNREFUSED)')]);
    expect(code).toBe(2);
  });
});
