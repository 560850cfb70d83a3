import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { openHosts } from './scripts/hosts.ts';
import { findBackend } from './suites/backends/registry.ts';
import { nodeHost, prepare } from './suites/hosts/node.ts';
import { visitOf } from './test/visit.ts';

const folder = mkdtempSync('/tmp/h/mem-');
const NODE = findBackend('ort-node/cpu')!;
const WASM = findBackend('ort-web/wasm')!;
const GPU = findBackend('ort-web/webgpu')!;
const TG = findBackend('tfjs/webgl')!;
const TW = findBackend('tfjs/wasm')!;
const hosts = await openHosts(
  [NODE, WASM],
  { found: true, path: '/usr/bin/chromium' } as any,
  { '/work/': folder },
  folder,
);
const size = Number(process.argv[3] ?? 2048);
await prepare(hosts.bundle, {
  model: 'resnet20.seed0',
  source: { format: 'architecture', model: 'resnet20.seed0', files: [] },
  exports: [
    { path: `${folder}/m.onnx`, format: 'onnx', precision: 'fp32', batch: 1, size },
    { path: `${folder}/tf/model.json`, format: 'graph-model', precision: 'fp32', batch: 1, size },
  ],
  truths: [],
} as any);
const what = process.argv[2];
const row = { heap: NODE, as: NODE, wasm: WASM, webgpu: GPU, tfwebgl: TG, tfwasm: TW }[what!]!;
const place: any = hosts.of(row);
const host =
  what === 'heap' ? nodeHost(hosts.bundle, folder, () => ({ NODE_OPTIONS: '--max-old-space-size=8' })) : place.host;
if (what === 'as') {
  writeFileSync(`${folder}/node.sh`, `#!/bin/sh\nulimit -v ${process.argv[4]}\nexec ${process.execPath} "$@"\n`);
  chmodSync(`${folder}/node.sh`, 0o755);
  process.execPath = `${folder}/node.sh`;
}
const visit = visitOf('resnet20.seed0', row, size, {
  suites: ['latency'],
  budget: 20000,
  samples: 2,
  sampling: 100,
  files: {
    model: place.locate(row.format === 'onnx' ? `${folder}/m.onnx` : `${folder}/tf/model.json`),
    external: [],
    truth: '',
    images: '',
  },
} as any);
const t = Date.now();
console.log(
  JSON.stringify(await host.run(visit, row, 120000, (p: string) => console.log(p)), null, 1).slice(0, 1500),
  Date.now() - t,
);
await hosts.close();
process.exit();
