import type { Comparison } from './compare.ts';
import { metricText } from './comparison-text.ts';
import { VERDICTS } from './verdicts.ts';

/** How a comparison ends: whether anything that must not happen did, in a line, and as an exit code. */
export type Conclusion = { readonly regressed: boolean; readonly code: 0 | 1; readonly text: string };

/** `1 lost, 2 slower, ort-web/wasm slower by its geometric mean`: what makes the comparison fail. */
function failures({ changes, backends, rules: { failOn } }: Comparison): string[] {
  const cells = VERDICTS.filter((verdict) => failOn.includes(verdict)).flatMap((verdict) => {
    const n = changes.filter(({ findings }) => findings.some((one) => one.verdict === verdict)).length;
    return n > 0 ? [`${n} ${verdict}`] : [];
  });
  const means = backends.filter(({ verdict }) => failOn.includes(verdict));
  return [
    ...cells,
    ...means.map(
      ({ backend, verdict, metric }) => `${backend} ${verdict} in the geometric mean of ${metricText(metric)}`,
    ),
  ];
}

/** The conclusion of a comparison: the line that reports print, and the exit code of commands. */
export function conclude(comparison: Comparison): Conclusion {
  const found = failures(comparison);
  if (found.length > 0) return { regressed: true, code: 1, text: `Regressed: ${found.join(', ')}.` };
  return { regressed: false, code: 0, text: 'No regressions.' };
}
