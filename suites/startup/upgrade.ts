/**
 * A result of a version that told two parts apart: `load` was the code and the device, `open` the model's files and the
 * session.
 */
export function upgrade(result: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  const { load, open, ...rest } = result;
  if (load === undefined) return result;
  return { ...rest, module: load, device: null, read: null, session: open, bytes: null, compiled: null, warm: null };
}
