import { maximum, minimum } from '../../../reference/collect.ts';
import { beyondTolerance, isRight } from '../../../reference/judge/verdict.ts';
import { ratioText } from '../../../suites/record/check-row.ts';
import { count, NONE, number, scientific } from '../../../suites/stats/format.ts';
import type { Row } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import {
  firstWrongNode,
  type NetworkBlock,
  type NetworkNode,
  type NetworkStage,
  networkOf,
  nodesOf,
} from './network.ts';

/** What a strip may be coloured by. `RATIO` has a limit at 1; the others only have a range. */
type StripFigure = {
  readonly id: string;
  readonly title: string;
  of(node: NetworkNode): number | null | undefined;
  text(value: number): string;
  /** What several nodes amount to: the largest, or the sum. */
  readonly joined: 'largest' | 'sum';
};

const RATIO: StripFigure = {
  id: 'ratio',
  title: 'error ÷ allowed',
  of: ({ check }) => check && (beyondTolerance(check) > 0 ? Infinity : check.ratio),
  text: number,
  joined: 'largest',
};

const FIGURES: readonly StripFigure[] = [
  RATIO,
  {
    id: 'l2',
    title: 'relative L2 error',
    of: ({ check }) => check?.relativeL2,
    text: scientific,
    joined: 'largest',
  },
  { id: 'scale', title: 'largest magnitude', of: ({ check }) => check?.scale, text: number, joined: 'largest' },
  {
    id: 'macs',
    title: 'multiply-adds (M)',
    of: ({ layer }) => layer && layer.macs / 1e6,
    text: number,
    joined: 'sum',
  },
  {
    id: 'parameters',
    title: 'parameters',
    of: ({ layer }) => layer?.parameters,
    text: (value) => value.toLocaleString('en-US'),
    joined: 'sum',
  },
  {
    id: 'bytes',
    title: 'output in float32 (MiB)',
    of: ({ layer }) => layer && layer.bytes / 2 ** 20,
    text: number,
    joined: 'sum',
  },
];

/** The figures that at least one node has. */
const figuresOf = (nodes: readonly NetworkNode[]): StripFigure[] =>
  FIGURES.filter(({ of }) => nodes.some((node) => typeof of(node) === 'number'));

const isWrong = ({ check }: NetworkNode): boolean => check !== undefined && !isRight(check);

/** What several nodes are by a figure: the largest or the sum of those that have it; undefined where none has. */
function joined(figure: StripFigure, nodes: readonly NetworkNode[]): number | undefined {
  const values = nodes.flatMap((node) => figure.of(node) ?? []);
  if (values.length === 0) return undefined;
  return figure.joined === 'sum' ? values.reduce((a, b) => a + b, 0) : maximum(values);
}

/** Ratios whose colours are the palest and the strongest, on either side of 1. */
const [LEAST, MOST] = [1e-4, 1e4];
const share = (value: number, low: number, high: number): number =>
  low < high ? (Math.log(Math.min(high, Math.max(low, value))) - Math.log(low)) / (Math.log(high) - Math.log(low)) : 1;

/** How a box looks: its class, and the strength of its colour from 0 to 1. */
type Look = (value: number | undefined) => { readonly kind: string; readonly strength: number };

/** By error ÷ allowed there are two colours, of boxes within and beyond their limits; otherwise one. */
function lookOf(figure: StripFigure, nodes: readonly NetworkNode[]): Look {
  if (figure === RATIO)
    return (value) => {
      if (value === undefined) return { kind: 'unknown', strength: 0 };
      return value > 1
        ? { kind: 'beyond', strength: share(value, 1, MOST) }
        : { kind: 'within', strength: share(value, LEAST, 1) };
    };
  const known = nodes.flatMap((node) => figure.of(node) ?? []).filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = [minimum(known), maximum(known)];
  return (value) =>
    value === undefined
      ? { kind: 'unknown', strength: 0 }
      : { kind: 'amount', strength: value > 0 ? share(value, low, high) : 0 };
}

type Drawn = {
  readonly figure: StripFigure;
  readonly look: Look;
  readonly first: NetworkNode | undefined;
};

/** Sign of what was checked: never colour alone. */
const signOf = (nodes: readonly NetworkNode[]): string =>
  nodes.some(isWrong) ? '✗ ' : nodes.some(({ check }) => check !== undefined) ? '✓ ' : '';

/** The worst check by name, which tells an error over a limit of 0. */
function valueText({ figure }: Drawn, nodes: readonly NetworkNode[]): string {
  const value = joined(figure, nodes);
  if (value === undefined) return NONE;
  if (figure !== RATIO) return figure.text(value);
  const worst = nodes.find((node) => figure.of(node) === value)?.check;
  return value === Infinity ? 'NaN, Inf' : worst === undefined ? NONE : ratioText(worst);
}

const valuePart = (drawn: Drawn, nodes: readonly NetworkNode[]): Markup =>
  html`<span class="v">${signOf(nodes)}${valueText(drawn, nodes)}</span>`;

/** Class and strength of colour as attributes. */
function looks({ figure, look }: Drawn, nodes: readonly NetworkNode[], more: string): Markup {
  const { kind, strength } = look(joined(figure, nodes));
  return html` class="${more} ${kind}" style="--l:${strength.toFixed(2)}"`;
}

const FIRST = html` <strong class="first">← first wrong</strong>`;

/** All that is known of a node, in one line. */
function titleOf({ name, layer, check, as }: NetworkNode): string {
  const cost = layer && `${layer.op} ${layer.window}`.trim();
  return [
    name,
    cost,
    layer && `output ${layer.shape.join('×')}`,
    as && `not run alone: of the same kind as ${as}, whose figures these are`,
    check && `error ÷ allowed ${ratioText(check)}`,
    typeof check?.relativeL2 === 'number' ? `relative L2 ${scientific(check.relativeL2)}` : undefined,
    check === undefined ? 'not checked' : undefined,
  ]
    .filter((text) => text !== undefined)
    .join(' · ');
}

function nodeBox(node: NetworkNode, drawn: Drawn, within: string): Markup {
  const { name, layer, as } = node;
  const short = within !== '' && name.startsWith(`${within}.`) ? name.slice(within.length + 1) : name;
  const op = layer === undefined ? '' : html` <span class="small">${`${layer.op} ${layer.window}`.trim()}</span>`;
  const like = as === undefined ? '' : html` <span class="small">as ${as}</span>`;
  return html`<li${looks(drawn, [node], 'node')} title="${titleOf(node)}"><b>${short}</b>${op} ${valuePart(drawn, [node])}${like}${node === drawn.first ? FIRST : ''}</li>`;
}

function blockBox({ name, nodes }: NetworkBlock, drawn: Drawn, stage: string): Markup {
  const [only] = nodes;
  if (nodes.length === 1 && only !== undefined) return nodeBox(only, drawn, stage);
  const isFirst = drawn.first !== undefined && nodes.includes(drawn.first);
  const prefix = nodes.every((one) => one.name.startsWith(`${stage}.`)) ? `${stage}.${name}` : name;
  return html`<li${looks(drawn, nodes, 'block')}><details${isFirst ? html` open` : ''}><summary><b>${name}</b> <span class="small">${count(nodes.length, 'node')}</span> ${valuePart(drawn, nodes)}${isFirst ? FIRST : ''}</summary><ol>${nodes.map((node) => nodeBox(node, drawn, prefix))}</ol></details></li>`;
}

/** The extents of what a stage gives to the next, without the batch. */
const shapeText = ({ blocks }: NetworkStage): string =>
  blocks.at(-1)?.nodes.at(-1)?.layer?.shape.slice(1).join('×') ?? '';

function stageBox(stage: NetworkStage, drawn: Drawn): Markup {
  const nodes = nodesOf([stage]);
  const shape = shapeText(stage);
  const head =
    stage.name === ''
      ? ''
      : html`<h4>${stage.name} ${valuePart(drawn, nodes)}${drawn.first && nodes.includes(drawn.first) ? FIRST : ''}</h4>${shape && html`<p class="small">${shape}</p>`}`;
  return html`<li${looks(drawn, nodes, 'stage')}>${head}<ol class="blocks">${stage.blocks.map((one) => blockBox(one, drawn, stage.name))}</ol></li>`;
}

/** A colour's entry of a key, from pale to strong. */
const shades = (kind: string, from: string, to: string): Markup =>
  html`<span>${from} <span class="shades">${[0, 0.33, 0.67, 1].map((strength) => html`<span class="shade ${kind}" style="--l:${strength}"></span>`)}</span> ${to}</span>`;

function key(figure: StripFigure, nodes: readonly NetworkNode[]): Markup {
  const unknown = html`<span><span class="shade unknown"></span> no figure</span>`;
  if (figure === RATIO)
    return html`<p class="legend">${shades('within', `✓ within: ${LEAST}`, '1')}${shades('beyond', '✗ beyond: 1', `${MOST.toLocaleString('en-US')} and more`)}${unknown}</p>`;
  const known = nodes.flatMap((node) => figure.of(node) ?? []).filter((value) => value > 0 && Number.isFinite(value));
  const range = known.length === 0 ? '' : shades('amount', figure.text(minimum(known)), figure.text(maximum(known)));
  const sum = figure.joined === 'sum' ? ' (blocks and stages: the sum)' : ' (blocks and stages: the largest)';
  return html`<p class="legend">${range}<span>${figure.title}, shades by its logarithm${sum}</span>${unknown}</p>`;
}

/** The boxes of a network, coloured by the figure with this id; without an id, by error ÷ allowed. */
export function stripOf(row: Row, by: string | undefined): Markup {
  const stages = networkOf(row);
  const nodes = nodesOf(stages);
  const figure = figuresOf(nodes).find(({ id }) => id === by) ?? RATIO;
  const drawn: Drawn = { figure, look: lookOf(figure, nodes), first: firstWrongNode(stages) };
  return html`${key(figure, nodes)}<ol class="strip">${stages.map((stage) => stageBox(stage, drawn))}</ol>`;
}

/** The network of a cell as a strip by stages, with a choice of what it is coloured by; nothing where none was checked. */
export function networkPart(row: Row): Markup {
  const stages = networkOf(row);
  const nodes = nodesOf(stages);
  if (nodes.length === 0) return html``;
  const options = figuresOf(nodes).map(({ id, title }) => html`<option value="${id}">${title}</option>`);
  const checked = nodes.filter(({ check, as }) => check !== undefined && as === undefined).length;
  const how = nodes.some(({ as }) => as !== undefined)
    ? 'Each ran alone; “as” names the node of the same kind that ran in a box’s place.'
    : 'A fault begins after the last right box (✓) and at the latest in the first wrong one (✗).';
  const said =
    nodes[0]?.layer === undefined
      ? `${count(checked, 'tensor')} checked, in order; the table of models does not have the network itself.`
      : `${checked} of ${count(nodes.length, 'node')} checked. ${how}`;
  return html`<h3>Network</h3>
<p><label>Coloured by <select name="by">${options}</select></label> <span class="soft small">${said}</span></p>
<div id="strip">${stripOf(row, undefined)}</div>`;
}
