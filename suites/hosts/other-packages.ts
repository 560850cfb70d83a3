import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

/** The package of an import, and what is imported of it: `onnxruntime-web/webgpu` is `onnxruntime-web` and `webgpu`. */
function partsOf(specifier: string): { name: string; sub: string } {
  const words = specifier.split('/');
  const count = specifier.startsWith('@') ? 2 : 1;
  return { name: words.slice(0, count).join('/'), sub: words.slice(count).join('/') };
}

/** What Node loads of a package for a specifier; undefined where there is no such file. */
function resolvedFrom(folder: string, specifier: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** Builds that onnxruntime-web had in its main one only, before 1.14. */
const IN_MAIN = ['wasm', 'webgl'];

/** The file of a build that old versions have but do not export: `dist/ort.webgl.min.js` of onnxruntime-web 1.14. */
function unexported(folder: string, sub: string): string | undefined {
  const names = [`ort.${sub}.min.mjs`, `ort.${sub}.min.js`, ...(IN_MAIN.includes(sub) ? ['ort.min.js'] : [])];
  return names.map((name) => join(folder, 'dist', name)).find((path) => existsSync(path));
}

/** Begins the error of an import of a build that a version does not have. */
export const NO_BUILD = 'this version has no build';

/**
 * Makes a bundle import other versions of packages from their folders, by name; everything else is found as ever. Node's
 * bundle imports them at their place. A build that a version does not have fails when it is imported, so that the other
 * builds run.
 */
export const otherPackages = (folders: ReadonlyMap<string, string>, platform: 'node' | 'browser'): Plugin => ({
  name: 'other-packages',
  setup(build) {
    if (folders.size === 0) return;
    build.onResolve({ filter: /^[@a-z]/ }, async ({ path, kind, pluginData }) => {
      const { name, sub } = partsOf(path);
      const folder = folders.get(name);
      if (folder === undefined || pluginData === build) return undefined;
      if (platform === 'node') {
        const file = resolvedFrom(folder, path);
        return file === undefined ? { path, namespace: 'absent' } : { path: pathToFileURL(file).href, external: true };
      }
      const found = await build.resolve(path, { kind, resolveDir: folder, pluginData: build });
      const file = found.errors.length === 0 ? found.path : unexported(folder, sub);
      return file === undefined ? { path, namespace: 'absent' } : { path: file };
    });
    build.onLoad({ filter: /./, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${NO_BUILD} '${path}'`)});`,
    }));
  },
});
