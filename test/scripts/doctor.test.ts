import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { checkpointDiagnosis, diagnosisOf } from '../../suites/engine/doctor.ts';
import type { Result } from '../../suites/suites.ts';
import { AKAMASTER, SHIPPED, TINY } from '../reference/checkpoints.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-doctor-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('does not call a checkpoint ok whose bytes are others', async () => {
  vi.stubEnv('RESNET_CACHE', folder);
  vi.stubEnv('RESNET_MIRROR', undefined);
  const [row] = AKAMASTER;
  if (row === undefined) throw new Error('no checkpoint');
  expect((await checkpointDiagnosis(row)).status).toBe('missing');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, row.file.name), 'weights');
  expect(await checkpointDiagnosis(row)).toMatchObject({
    status: 'damaged',
    detail: expect.stringMatching(/has SHA-256 .*, expected .*: delete .* and run again/),
  });
});

it('says how to get a checkpoint that is not here: it ships, is public, or only in a mirror', async () => {
  vi.stubEnv('RESNET_CACHE', folder);
  vi.stubEnv('RESNET_MIRROR', undefined);
  expect(await checkpointDiagnosis(SHIPPED)).toMatchObject({ status: 'ok', fix: undefined });
  const lacking = { ...SHIPPED, file: { ...SHIPPED.file, shipped: 'weights/shipped/none.safetensors' } };
  expect(await checkpointDiagnosis(lacking)).toMatchObject({ status: 'missing', fix: 'install this package again' });
  expect(await checkpointDiagnosis(TINY)).toMatchObject({
    status: 'missing',
    fix: `set RESNET_MIRROR to a folder that holds ${TINY.file.mirror}`,
  });
  const [row] = AKAMASTER;
  if (row === undefined) throw new Error('no checkpoint');
  expect((await checkpointDiagnosis(row)).fix).toBe(`downloaded when first used, from ${row.file.url}`);
});

it('says on which adapter a backend ran that is not ok', () => {
  const adapter = { vendor: null, architecture: null, device: null, driver: null };
  const swift = { ...adapter, description: 'google swiftshader', software: true };
  const placement = { device: 'webgpu', proof: 'a test', nodes: {}, adapter: swift, notes: [] };
  const result: Result = { suite: 'conformance', checks: [] };
  const partial = diagnosisOf('ort-web/webgpu', { status: 'partial', reason: 'too slow', placement, result });
  expect(partial.detail).toBe('webgpu, google swiftshader (software): too slow');
  const none = diagnosisOf('ort-node/cuda', { status: 'unsupported', reason: 'no driver', fix: 'get one' });
  expect(none).toMatchObject({ detail: 'no driver', fix: 'get one' });
});
