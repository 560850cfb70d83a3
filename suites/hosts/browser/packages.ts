import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../bundle.ts';
import type { Mounts } from './mounts.ts';

/** Files that the runtimes fetch on their own, besides the bundle: folders of packages, and patterns of file names. */
const FETCHED: readonly { readonly folder: string; readonly names: RegExp }[] = [
  { folder: 'onnxruntime-web/dist', names: /^ort-wasm-.*\.(mjs|wasm)$/ },
  { folder: '@tensorflow/tfjs-backend-wasm/dist', names: /^tfjs-backend-wasm.*\.wasm$/ },
];

/** The mounts of these files, one for each: `/packages/onnxruntime-web/dist/ort-wasm-….wasm`. */
export const packageMounts = (): Mounts =>
  Object.fromEntries(
    FETCHED.flatMap(({ folder, names }) => {
      const path = packageFolder(folder);
      const found = readdirSync(path).filter((name) => names.test(name));
      return found.map((name) => [`/packages/${folder}/${name}`, join(path, name)]);
    }),
  );
