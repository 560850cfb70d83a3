import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { checkpointDiagnosis } from '../../suites/engine/doctor.ts';
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
