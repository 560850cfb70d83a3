import type { Differs } from '../record/units.ts';

/** Images whose class is not PyTorch's, in words; undefined where there are none. `what` follows their number. */
export function differing(differs: Differs, what: string): string | undefined {
  const [one] = differs;
  return (
    one &&
    `${differs.length} ${what} differ from PyTorch; image ${one.image}: class ${one.got} instead of ${one.expected}`
  );
}
