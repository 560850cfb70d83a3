import { BACKENDS } from '../backends/backends.ts';
import { mustKnow } from '../plan/nearest.ts';
import { isVersion } from './semver.ts';

/** A version of a package: `onnxruntime-web@1.30.0`. */
export type Spec = { readonly name: string; readonly version: string };

/** Packages that are published together and work only at one version. */
const FAMILIES: readonly (readonly string[])[] = [
  [
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-converter',
    '@tensorflow/tfjs-backend-cpu',
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-backend-webgl',
    '@tensorflow/tfjs-backend-webgpu',
  ],
];

/** The packages that have a version together with this one. */
export const familyOf = (name: string): readonly string[] => FAMILIES.find((names) => names.includes(name)) ?? [name];

/** The packages whose versions a backend's results depend on. */
const KNOWN: readonly string[] = [...new Set(BACKENDS.flatMap(({ packages }) => packages).flatMap(familyOf))];

/** Whether a backend's results depend on the version of a package. */
export const dependsOn = (packages: readonly string[], name: string): boolean =>
  familyOf(name).some((one) => packages.includes(one));

export const specText = ({ name, version }: Spec): string => `${name}@${version}`;

/**
 * Parses `PACKAGE@VERSION`. Throws one line where that is not its form, suggesting the nearest package of a backend
 * where it is none.
 */
export function parseSpec(text: string): Spec {
  const at = text.lastIndexOf('@');
  const [name, version] = at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, ''];
  mustKnow('package', name, KNOWN);
  if (!isVersion(version)) throw new Error(`'${text}' names no version: write PACKAGE@VERSION, such as ${name}@1.30.0`);
  return { name, version };
}
