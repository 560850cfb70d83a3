import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { CHECKPOINTS } from '../../reference/weights/checkpoints.ts';
import { checkpointDiagnosis } from '../../suites/engine/doctor.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-doctor-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('does not call a checkpoint ok whose bytes are others', async () => {
  vi.stubEnv('RESNET_CACHE', folder);
  vi.stubEnv('RESNET_MIRROR', undefined);
  const [row] = CHECKPOINTS;
  if (row === undefined) throw new Error('no checkpoint');
  expect((await checkpointDiagnosis(row)).status).toBe('missing');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, row.file.name), 'weights');
  expect(await checkpointDiagnosis(row)).toMatchObject({
    status: 'damaged',
    detail: expect.stringMatching(/has SHA-256 .*, expected .*: delete .* and run again/),
  });
});
