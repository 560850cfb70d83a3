import { FORMS } from '../../reference/passes/forms.ts';
import { BACKENDS } from '../backends/backends.ts';
import { mustKnow } from '../plan/nearest.ts';
import { dependsOn, parseSpec, type Spec } from './spec.ts';

/** What one side of a comparison by turns differs in: versions of packages, a browser, and a form of the networks. */
export type SideSpec = {
  readonly packages: readonly Spec[];
  readonly browser: string | undefined;
  readonly form: string | undefined;
};

const [BROWSER, FORM] = ['browser:', 'form:'];

/**
 * Parses one side: `onnxruntime-web@1.30.0`, `browser:/path/to/chrome`, `form:bn`, or several of them with a + between.
 * Throws one line on anything else.
 */
export function parseSide(text: string): SideSpec {
  const words = text.split(/\+(?=browser:|form:|@?[a-z][\w/-]*@)/);
  const after = (prefix: string) =>
    words.filter((word) => word.startsWith(prefix)).map((word) => word.slice(prefix.length));
  const [browsers, forms] = [after(BROWSER), after(FORM)];
  const packages = words.filter((word) => !word.startsWith(BROWSER) && !word.startsWith(FORM)).map(parseSpec);
  const names = packages.map(({ name }) => name);
  if (Math.max(browsers.length, forms.length) > 1 || new Set(names).size < names.length)
    throw new Error(`'${text}' names the same thing twice: give one version of each package, one browser and one form`);
  if (browsers[0] === '') throw new Error(`'${text}' names no browser: write ${BROWSER}/path/to/chrome`);
  const known = FORMS.map(({ id }) => id);
  return {
    packages,
    browser: browsers[0],
    form: forms[0] === undefined ? undefined : mustKnow('form', forms[0], known),
  };
}

/** Parses the two sides of `--ab`. Throws one line where they are not two, or where they do not differ. */
export function parseSides(texts: readonly string[]): readonly [a: SideSpec, b: SideSpec] {
  const [a, b, ...rest] = texts;
  if (a === undefined || b === undefined || rest.length > 0)
    throw new Error('--ab takes two sides with a comma between: --ab onnxruntime-web@1.29.0,onnxruntime-web@1.30.0');
  if (a === b) throw new Error(`both sides of --ab are ${a}: give two that differ, or use --aa`);
  return [parseSide(a), parseSide(b)];
}

/** The backends on which two sides differ. */
export function backendsOf(sides: readonly SideSpec[]): string[] {
  if (sides.some(({ form }) => form !== undefined)) return BACKENDS.map(({ id }) => id);
  const names = sides.flatMap(({ packages }) => packages.map(({ name }) => name));
  const browsers = sides.some(({ browser }) => browser !== undefined);
  return BACKENDS.filter(
    (row) => (browsers && row.host === 'browser') || names.some((name) => dependsOn(row.packages, name)),
  ).map(({ id }) => id);
}
