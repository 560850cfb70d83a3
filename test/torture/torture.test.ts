import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { torture } from './campaign.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-torture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

it.skipIf(process.platform !== 'linux')(
  'half a minute of random faults breaks nothing that must hold (Linux alone has /proc)',
  { timeout: 600_000 },
  async () => {
    const lines: string[] = [];
    const { done, violations } = await torture(folder, { seed: 0, minutes: 0.5, from: 0, to: Infinity }, (line) =>
      lines.push(line),
    );
    expect(done).toBeGreaterThan(0);
    expect(violations, lines.join('\n')).toBe(0);
  },
);
