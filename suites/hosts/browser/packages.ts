import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../bundle.ts';
import type { Mounts } from './mounts.ts';

/** What the runtimes fetch by themselves, beside the bundle: folders of packages, and the names of the files in them. */
const FETCHED: readonly { readonly folder: string; readonly names: RegExp }[] = [
  { folder: 'onnxruntime-web/dist', names: /^ort-wasm-.*\.(mjs|wasm)$/ },
  { folder: '@tensorflow/tfjs-backend-wasm/dist', names: /^tfjs-backend-wasm.*\.wasm$/ },
];

/** The files of packages that pages need, each by itself: `/packages/onnxruntime-web/dist/ort-wasm-….wasm`. */
export const packageMounts = (): Mounts =>
  Object.fromEntries(
    FETCHED.flatMap(({ folder, names }) => {
      const path = packageFolder(folder);
      const found = readdirSync(path).filter((name) => names.test(name));
      return found.map((name) => [`/packages/${folder}/${name}`, join(path, name)]);
    }),
  );
