import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageFolders } from '../bundle.ts';
import { folderOf } from '../packages.ts';
import type { Mounts } from './mounts.ts';

/** Files that the runtimes fetch on their own, besides the bundle: folders of packages, and patterns of file names. */
const FETCHED: readonly { readonly name: string; readonly names: RegExp }[] = [
  { name: 'onnxruntime-web', names: /^ort-wasm.*\.(m?js|wasm)$/ },
  { name: '@tensorflow/tfjs-backend-wasm', names: /^tfjs-backend-wasm.*\.wasm$/ },
];

/** The mounts of these files, one for each: `/packages/onnxruntime-web/dist/ort-wasm-….wasm`. */
export const packageMounts = (packages: PackageFolders): Mounts =>
  Object.fromEntries(
    FETCHED.flatMap(({ name: owner, names }) => {
      const path = join(folderOf(packages, owner), 'dist');
      const found = readdirSync(path).filter((name) => names.test(name));
      return found.map((name) => [`/packages/${owner}/dist/${name}`, join(path, name)]);
    }),
  );
