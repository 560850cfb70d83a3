import { posix } from 'node:path';

/** A source file: its path from the project's root, with slashes, and its text. */
export type Source = { readonly path: string; readonly text: string };

/** Which files a rule is for, and what they may import: project paths, `node:` names or package names. */
export type Rule = { readonly files: RegExp; readonly may: readonly RegExp[] };

const SPECIFIERS = [
  // Statements begin a line, as the formatter leaves them, and may span several.
  /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\(\s*['"`]([^'"`]+)['"`]/g,
  /\brequire(?:\.resolve)?\(\s*['"`]([^'"`]+)['"`]/g,
];

/** All that a file imports, types too, as written; `${…}` in a dynamic import becomes `*`. */
export function specifiers(text: string): string[] {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  return SPECIFIERS.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name = '']) => name)).map((name) =>
    name.replace(/\$\{[^}]*\}/g, '*'),
  );
}

/** What a specifier names: a path from the root, or the name itself. */
export function target(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

/** The package of a specifier: `@scope/name` or `name`, without a path inside it. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** One line for each import that the first rule for its file does not allow, and for each file without a rule. */
export function violations(sources: readonly Source[], rules: readonly Rule[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const rule = rules.find(({ files }) => files.test(path));
    if (rule === undefined) return [`${path} is in no row of the import rules`];
    return specifiers(text)
      .map((specifier) => target(path, specifier))
      .filter((name) => !rule.may.some((pattern) => pattern.test(name)))
      .map((name) => `${path} may not import ${name}`);
  });
}

/** One line for each file that is longer than the cap; tables of data may be longer. */
export function tooLong(sources: readonly Source[], cap: number, tables: RegExp): string[] {
  return sources
    .filter(({ path }) => !tables.test(path))
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > cap)
    .map(({ path, lines }) => `${path} has ${lines} lines, ${lines - cap} too many`);
}

/** One line for each file that is no ES module, or imports a file without its extension. */
export function notEsm(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    if (!path.endsWith('.ts')) return [`${path} is no TypeScript module`];
    if (/^(?:module\.)?exports\b.*=/m.test(text)) return [`${path} exports the CommonJS way`];
    return specifiers(text)
      .filter((specifier) => specifier.startsWith('.') && !/\.(ts|json)$/.test(specifier))
      .map((specifier) => `${path} imports ${specifier} without .ts`);
  });
}

/** What decides whether a dependency is used. */
export type Manifest = {
  readonly dependencies: readonly string[];
  readonly scripts: readonly string[];
  /** The commands that each dependency brings. */
  readonly bins: { readonly [dependency: string]: readonly string[] };
  /** `types` of tsconfig.json. */
  readonly types: readonly string[];
};

/** Dependencies that no source imports or loads by name, no script calls and no tsconfig names. */
export function deadDependencies(sources: readonly Source[], manifest: Manifest): string[] {
  const imported = new Set(sources.flatMap(({ text }) => specifiers(text).map(packageOf)));
  const called = new Set(manifest.scripts.flatMap((script) => script.split(/\s+/)));
  // A name counts only beside a computed `require`: lists of names keep nothing alive.
  const loaders = sources.filter(({ text }) => /\brequire\(\s*[a-z]/.test(text));
  const named = (name: string) => loaders.some(({ text }) => text.includes(`'${name}'`));
  return manifest.dependencies.filter((name) => {
    const typed = name.replace(/^@types\//, '');
    const isType =
      manifest.types.includes(name) || (typed !== name && [...manifest.types, ...imported].includes(typed));
    return !imported.has(name) && !isType && !named(name) && !manifest.bins[name]?.some((bin) => called.has(bin));
  });
}
