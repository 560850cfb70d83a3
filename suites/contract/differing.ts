import type { Differs } from '../record/units.ts';

/**
 * Images whose class differs from PyTorch's, as text; undefined where there are none. `what` follows their number. It is
 * no proof: rounding alone may exchange two classes that almost tie.
 */
export function differing(differs: Differs, what: string): string | undefined {
  const [one] = differs;
  return (
    one &&
    `${differs.length} ${what} differ from PyTorch; image ${one.image}: class ${one.got} instead of ${one.expected}; not proven wrong, since classes may almost tie: conformance of this network decides`
  );
}
