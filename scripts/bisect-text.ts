import { cut } from '../reference/text.ts';
import { aligned } from '../reports/terminal/lines.ts';
import type { Bisected, Fault, Tried } from '../suites/versions/tried.ts';

const IS: { readonly [fault in Fault]: string } = { wrong: 'is wrong', crash: 'crashes', slower: 'is slower' };
const IS_NOT: { readonly [fault in Fault]: string } = {
  wrong: 'is right',
  crash: 'does not crash',
  slower: 'is not slower',
};
const SAID: { readonly [fault in Fault]: string } = { wrong: 'wrong', crash: 'a crash', slower: 'slower' };

/** Longest detail in the table, in characters. */
const DETAIL = 110;

const rowOf = ({ version, outcome, implementation, seconds, detail }: Tried): string[] => [
  version,
  outcome,
  implementation ?? '–',
  `${seconds.toFixed(0)} s`,
  cut(detail, DETAIL),
];

/** The answer in a sentence. Says which end is at fault where there is nothing to search. */
export function answerText({ found, fault, name, versions, tried }: Bisected): string {
  const at = (index: number) => `${name}@${versions[index]}`;
  switch (found.kind) {
    case 'came': {
      const between = versions.slice(found.lastGood + 1, found.firstBad);
      const unknown = between.length > 0 ? `; ${between.join(', ')} between them could not be tried` : '';
      return `first bad version: ${at(found.firstBad)}, last good version: ${at(found.lastGood)}${unknown}`;
    }
    case 'always': {
      const ran = tried.filter(({ answer }) => answer !== 'skipped').length;
      const how = `${versions.length} versions, ${tried.length} tried, ${ran} run`;
      return `${SAID[fault]} in every version that runs, since ${at(found.since)} (${how})`;
    }
    case 'same':
      return `the good and the bad version do not differ: it ${found.answer === 'bad' ? IS[fault] : IS_NOT[fault]} with both`;
    case 'stuck':
      return `${at(found.index)} cannot be tried: ${tried.find(({ version }) => version === versions[found.index])?.detail}`;
  }
}

/** Whether there is an answer. */
export const hasAnswer = ({ found }: Bisected): boolean => found.kind === 'came' || found.kind === 'always';

/** What was found, as text, with the table of what was tried. */
export function bisectText(found: Bisected): string {
  const { subject, fault, decidedBy, seconds, load, versions, tried, repro } = found;
  const order = [...tried].sort((a, b) => versions.indexOf(a.version) - versions.indexOf(b.version));
  const rows = [['version', 'outcome', 'what ran', 'time', ''], ...order.map(rowOf)];
  return [
    hasAnswer(found) ? `${subject} ${IS[fault]}` : subject,
    answerText(found),
    `  decided by ${decidedBy}`,
    `  ${versions.length} versions, ${tried.length} of them tried, in ${seconds.toFixed(0)} s (load ${load.map((one) => one.toFixed(1)).join(' to ')})`,
    ...aligned(rows).map((line) => `  ${line}`),
    ...(repro === undefined ? [] : [`  repro: ${repro}`]),
    '',
  ].join('\n');
}
