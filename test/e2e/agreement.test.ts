import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { mirrorPath } from '../reference/mirror.ts';
import { agreements, readable } from './agreement.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-agreement-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FIXTURES = join(import.meta.dirname, '../reference/fixtures');

/** Expects that locate names a node where a benchmark finds something wrong, and nowhere else. */
async function expectAgreement(files: readonly string[], backends: readonly string[], least: number): Promise<void> {
  const browser = inject('browser');
  const ask = { queries: ['conformance'], files, backends };
  const agreed = await agreements(ask, browser.found ? browser.path : undefined, folder);
  expect(agreed.length).toBeGreaterThanOrEqual(least * backends.length);
  for (const { id, bench, reason, found } of agreed) {
    const wanted =
      bench === 'wrong' || bench === 'suspect'
        ? /^\S+ \(\w+\): (proved, (export|own file), DEFECT|beyond, (export|own file), SUSPEC)$/
        : ['crash', 'timeout', 'unsupported'].includes(bench)
          ? /^cannot run: /
          : /^right$/;
    expect(found, `${id} is ${bench}: ${reason}`).toMatch(wanted);
  }
}

describe('locate and a benchmark say the same', { timeout: 600_000 }, () => {
  it('of files as PyTorch’s exporter writes them', () =>
    expectAgreement(
      ['classic-resnet.onnx', 'classic-convnext.onnx'].map((name) => join(FIXTURES, name)),
      ['ort-node/cpu'],
      2,
    ));

  it('of every file that can be read of those that people have', async ({ skip }) => {
    const cases = mirrorPath(skip, 'cases');
    if (!existsSync(cases)) skip(`there is no ${cases}`);
    const names = readdirSync(cases).filter((name) => !name.endsWith('.md'));
    // Without a browser there is no software adapter for the other backend in Node.
    const backends = inject('browser').found ? ['ort-node/cpu', 'ort-node/webgpu'] : ['ort-node/cpu'];
    await expectAgreement(await readable(names.map((name) => join(cases, name))), backends, 9);
  });
});
