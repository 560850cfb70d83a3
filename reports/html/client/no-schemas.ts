/**
 * Stands for zod in a page, where nothing is parsed: a run file was checked before it became a page, and its schemas would
 * be half of the page's script. Whatever is asked of it, or called, is itself.
 */
export const z: unknown = new Proxy(() => undefined, {
  get: (_, name) => (name === Symbol.iterator ? () => [].values() : z),
  apply: () => z,
});
