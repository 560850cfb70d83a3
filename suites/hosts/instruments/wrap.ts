/** A prototype whose methods are wrapped, by name. */
type Methods = { [name: string]: (...given: unknown[]) => unknown };

/**
 * Wraps a method so that `after` is called with its arguments and its result. Does nothing where the platform has no
 * such class.
 */
export function wrap(
  owner: { prototype: object } | undefined,
  method: string,
  after: (self: object, given: readonly unknown[], result: unknown) => void,
): void {
  const methods = owner?.prototype as Methods | undefined;
  const original = methods?.[method];
  if (methods === undefined || original === undefined) return;
  methods[method] = function (this: object, ...given: unknown[]) {
    const result = original.apply(this, given);
    after(this, given, result);
    return result;
  };
}

/** The platform's classes. A browser may lack some of them. */
export const global = globalThis as unknown as { [name: string]: { prototype: object } | undefined };
