import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import { prepareFiles } from '../../suites/engine/artefacts.ts';
import { type Hosts, openHosts } from '../../suites/engine/hosts.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { needBrowser } from '../browser.ts';
import { jobOf, loaded, smallJob } from '../visit.ts';

// A file of truths that changes between its preparation and its use, in a process and in a page.

const folder = mkdtempSync(join(tmpdir(), 'resnet-flipped-'));
const rows = ['ort-node/cpu', 'ort-web/wasm'].flatMap((id) => findBackend(id) ?? []);
const { onnx, truth, job } = smallJob(folder);

const life = lifetime();
let hosts: Hosts;
beforeAll(async () => {
  await prepareFiles(job, async () => {});
  const bytes = readFileSync(truth);
  const at = bytes.length - 1;
  // A bound's exponent: any output would pass.
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  writeFileSync(truth, bytes);
  hosts = await openHosts(rows, inject('browser'), { mounts: { '/work/': folder }, logs: folder }, life);
});
afterAll(async () => {
  await life.end();
  rmSync(folder, { recursive: true, force: true });
});

it.for(rows)(
  'gives no verdict on $id, but one line that names it and the fix',
  { timeout: 60_000 },
  async (row, context) => {
    if (row.host === 'browser') needBrowser(context);
    const place = hosts.of(row);
    if ('reason' in place) throw new Error(place.reason);
    const files = { model: loaded(place.locate(onnx)), truth: place.locate(truth) };
    const job = jobOf('resnet20.seed0', row, 32, { suites: ['conformance'], samples: 1, ...files });
    const error = expect.stringMatching(/^the file of truths \S+truth\.bin is damaged: .* SHA-256 .*; run again/);
    expect(await place.host.run(job, 50_000, () => {})).toMatchObject({ kind: 'reply', reply: { error } });
  },
);
