import { verdictText } from '../reference/judge/verdict.ts';
import type { LocatedCell } from '../suites/engine/locate-cell.ts';
import type { Located } from '../suites/locate/locate.ts';
import { stands } from '../suites/locate/rerun.ts';

/** What a benchmark finds wrong, the first of it, in a few words. */
function benchText({ bench }: LocatedCell): string {
  const [first] = bench;
  if (first === undefined) return 'every stage and the output right';
  return `${first.tensor} wrong on input ${first.input + 1}: ${verdictText(first.verdict)}`;
}

const located = ({ whole, smallest, proved }: Located): string[] => [
  `  ${proved ? 'proved by its worst-case bound' : 'beyond what right implementations do, but not beyond its worst-case bound'}`,
  `  in the network, on input ${whole.index + 1}: ${verdictText(whole.verdict)}`,
  `  smallest graph that shows it: ${smallest.graph.nodes.map((one) => `${one.name} (${one.op})`).join(' → ')}`,
  `  on an input of [${smallest.input.shape}]: ${verdictText(smallest.verdict)}`,
  ...(smallest.own === undefined
    ? []
    : ['  it is a part of the file itself: an export of it does not show the defect']),
];

/** Why the accusation does not stand, in one line. */
function doubtText({ cell, doubt, located: found }: LocatedCell): string {
  if (doubt === undefined || found === undefined) return '';
  const what = found.whole.own === undefined ? 'export' : 'reading of the file';
  const error = verdictText(doubt.verdict);
  return doubt.backend === undefined
    ? `the ${what} is wrong, not ${cell.backend}: read again and evaluated in float64, ${error}`
    : `the ${what} may be wrong, not ${cell.backend}: on ${doubt.backend}, ${error}`;
}

/** What was found, as text. */
export function locatedText(found: LocatedCell): string {
  const { cell, bench, located: at, doubt, repro } = found;
  const name = `${cell.model} on ${cell.backend}`;
  if (at === undefined && bench.length === 0) return `${name}: every stage and the output are correct\n`;
  if (at === undefined)
    return `${name}: a benchmark finds ${benchText(found)}; but locate finds no wrong node, cut at every stage and the output\n`;
  const node = `${at.node.name} (${at.node.op})`;
  if (found.lessExact)
    return `${name}: right, but less exact than sums of products, first at ${node}: ${verdictText(at.smallest.verdict)}. Winograd's convolution gives as much\n`;
  if (doubt !== undefined) return `${name}: ${doubtText(found)}; seen first at ${node}\n`;
  const alone =
    repro === undefined
      ? []
      : [
          `  repro, which uses the runtime's public API only: ${repro.path}`,
          `  run again by itself: ${
            stands(repro.alone)
              ? 'the defect stands in it alone'
              : `the defect does not stand in it alone: ${'says' in repro.alone ? repro.alone.says : repro.alone.reason}`
          }`,
        ];
  const lines = [
    bench.length === 0
      ? `${name}: locate finds ${node} wrong, but a benchmark finds ${benchText(found)}`
      : `${name}: the first wrong node is ${node}`,
    ...located(at),
    ...(bench.length === 0 ? [] : [`  a benchmark finds ${benchText(found)}`]),
    ...alone,
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether everything was found right. */
export const isRightEverywhere = ({ bench, located: at, lessExact }: LocatedCell): boolean =>
  lessExact || (bench.length === 0 && at === undefined);
