import { failingText } from './bundle.ts';
import type { FuzzReport } from './campaign.ts';
import { coverageText } from './coverage.ts';
import type { Fuzzed } from './fuzz.ts';
import { networkText } from './key.ts';

const counted = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].sort(([, a], [, b]) => b - a).map(([text, count]) => `    ${count} × ${text}`);

function reportText(report: FuzzReport, bundles: ReadonlyMap<string, string>): string[] {
  const { backend, seed, played, playSeconds, right, lost, found, unsupported, rest } = report;
  const rate = (played / Math.max(playSeconds, 1e-3)).toPrecision(3);
  const lines = [`${backend}, seed ${seed}: ${played} networks (${rate} per second), ${right} without a fault`];
  if (lost > 0) lines.push(`  ${lost} lost with others that crashed`);
  lines.push(`  drawn: ${coverageText(report.coverage)}`);
  for (const { defect, known, count } of found) {
    const { standing, key, smallest, minimal, witnesses } = defect;
    lines.push(
      `  ${known === undefined ? 'NEW' : 'known'} ${standing}, examined ${count} ×: ${key}`,
      ...(known === undefined ? [] : [`    known: ${known}`]),
      `    smallest${minimal ? '' : ' so far'}: ${networkText(smallest)}`,
      `    ${failingText(defect)}`,
      ...witnesses.map(({ name, says, why }) => `    ${name}: ${says}${says === 'agrees' ? '' : ` (${why})`}`),
      `    bundle: ${bundles.get(key) ?? 'none'}`,
    );
  }
  if (rest.known.size > 0) lines.push('  failures that known defects explain:', ...counted(rest.known));
  if (rest.unexamined.size > 0)
    lines.push('  failures that look like examined ones, or came too late:', ...counted(rest.unexamined));
  if (unsupported.size > 0) lines.push('  not supported:', ...counted(unsupported));
  return lines;
}

/** What a fuzzing run found, as text. */
export const fuzzedText = (fuzzed: readonly Fuzzed[]): string =>
  `${fuzzed
    .flatMap((one) =>
      'report' in one ? reportText(one.report, one.bundles) : [`${one.backend}: not run: ${one.reason}`],
    )
    .join('\n')}\n`;
