/** A version's numbers, and the identifiers of a pre-release: `1.19.0-dev.20240804-ee2fe87e2d`. */
type Parsed = { readonly numbers: readonly number[]; readonly pre: readonly string[] };

const PATTERN = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

function parse(version: string): Parsed | undefined {
  const [, major, minor, patch, pre] = version.match(PATTERN) ?? [];
  if (major === undefined) return undefined;
  return { numbers: [major, minor, patch].map(Number), pre: pre?.split('.') ?? [] };
}

/** Whether a text is a version, as Semantic Versioning 2.0.0 writes it. */
export const isVersion = (text: string): boolean => parse(text) !== undefined;

/** Whether a version is a release, not a pre-release such as a `-dev` build. */
export const isRelease = (version: string): boolean => parse(version)?.pre.length === 0;

/** The order of two identifiers of pre-releases: numbers by value and before texts, texts by their characters. */
function compareIdentifiers(a: string, b: string): number {
  const [first, second] = [a, b].map((text) => (/^\d+$/.test(text) ? Number(text) : undefined));
  if (first !== undefined && second !== undefined) return first - second;
  if (first !== undefined || second !== undefined) return first === undefined ? 1 : -1;
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * The order of two versions (Semantic Versioning 2.0.0, section 11). Registries give the time at which they stored a
 * version, which is another order where they are mirrors.
 */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [parse(a), parse(b)];
  if (first === undefined || second === undefined) throw new Error(`'${first ? b : a}' is not a version`);
  for (const [i, number] of first.numbers.entries()) {
    const difference = number - (second.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (first.pre.length === 0 || second.pre.length === 0) return second.pre.length - first.pre.length;
  for (const [i, identifier] of first.pre.entries()) {
    const other = second.pre[i];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return first.pre.length - second.pre.length;
}
