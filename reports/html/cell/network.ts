import { analyse, type Layer } from '../../../reference/analysis.ts';
import { grouped } from '../../../reference/collect.ts';
import { type Graph, inferShapes } from '../../../reference/graph.ts';
import { isRight, isWorse } from '../../../reference/judge/verdict.ts';
import { buildModel, findModel } from '../../../reference/models/models.ts';
import { graphAfter } from '../../../reference/passes/pass.ts';
import { passesOf } from '../../../reference/precisions/notation.ts';
import type { DepthCheck } from '../../../suites/contract/suite.ts';
import { type Cell, isOwn } from '../../../suites/plan/cell.ts';
import type { CheckRow } from '../../../suites/record/check-row.ts';
import { type Row, told } from '../../table/table.ts';
import { consecutive, stageNames } from '../kit/stages.ts';

/** A node of a network, or a tensor where the network is not known, in the order of execution. */
export type NetworkNode = {
  readonly name: string;
  /** Its shape and cost; undefined where the network is not known. */
  readonly layer: Layer | undefined;
  /** The worst check that ends at it. */
  readonly check: CheckRow | undefined;
  /** The node of the same kind that was checked in its place. */
  readonly as: string | undefined;
};

/** Nodes that belong together, such as a residual block. `name` is empty for a node that is in none. */
export type NetworkBlock = { readonly name: string; readonly nodes: readonly NetworkNode[] };

/** A stage of a network: its stem, what is between two taps, its head. */
export type NetworkStage = { readonly name: string; readonly blocks: readonly NetworkBlock[] };

/** The network of a cell as a backend gets it; undefined for a custom model, and where the table has none that fits. */
function graphOf(cell: Cell): Graph | undefined {
  if (isOwn(cell.model)) return undefined;
  try {
    const model = findModel(cell.model.slice(0, cell.model.lastIndexOf('.')));
    return model && graphAfter(passesOf(cell), buildModel(model));
  } catch {
    // A run of another version, or a made-up one: what its record holds is shown.
    return undefined;
  }
}

/** The nodes' layers, and what a node alone is told apart by: its operator without names, and the shapes it reads. */
function layersOf(graph: Graph, { batch, size }: Cell) {
  try {
    const shapes = inferShapes(graph, batch, size);
    const kinds = new Map(
      graph.nodes.map((node) => {
        const read = node.inputs.map((name) => shapes.get(name));
        return [node.name, JSON.stringify({ ...node, name: '', inputs: read })] as const;
      }),
    );
    return { kinds, layers: analyse(graph, batch, size).layers };
  } catch {
    return undefined;
  }
}

const worstOf = (checks: readonly DepthCheck[] = []): CheckRow | undefined =>
  checks.reduce<CheckRow | undefined>((a, { check }) => (a === undefined || isWorse(check, a) ? check : a), undefined);

/** The block of a node: its name up to the first number after the stage's name. Empty where it has none. */
function blockName(name: string, stage: string): string {
  const rest = name.startsWith(`${stage}.`) ? name.slice(stage.length + 1) : name;
  const match = rest.match(/^(?:[^.]*\.)*?\d+(?=\.|$)/);
  return match === null ? '' : match[0];
}

/** Blocks of a stage. A node outside of any block, and a block of one node, stand alone. */
const blocksOf = (nodes: readonly NetworkNode[], stage: string): NetworkBlock[] =>
  consecutive(nodes, ({ name }, i) => blockName(name, stage) || `#${i}`).map(({ key, items }) => ({
    name: items.length > 1 ? key : '',
    nodes: items,
  }));

/** Networks that were made: a view draws one again for each figure. */
const made = new WeakMap<Row, readonly NetworkStage[]>();

/**
 * The network of a cell by stages and blocks, with the checks of its tensors or layers. Where the network is not known,
 * only what was checked. A layer that ran alone stands for all nodes of its kind. Empty where nothing was checked.
 */
export function networkOf(row: Row): readonly NetworkStage[] {
  const stages = made.get(row) ?? makeNetwork(row);
  made.set(row, stages);
  return stages;
}

function makeNetwork(row: Row): NetworkStage[] {
  const depth = told(row, (suite, figures) => suite.depth?.(figures)) ?? [];
  if (depth.length === 0) return [];
  const graph = graphOf(row.cell);
  const nodeOf = ({ check }: DepthCheck) =>
    graph?.stages.get(check.tensor) ?? (check.tensor === LOGITS ? graph?.output : undefined) ?? check.tensor;
  const checks = grouped(depth, nodeOf);
  const known = graph && layersOf(graph, row.cell);
  // A network of another version has other names: then its record is all that is known.
  const fits = known !== undefined && [...checks.keys()].every((name) => known.kinds.has(name));
  if (!fits || graph === undefined) {
    const nodes = [...checks].map(([name, all]) => ({ name, layer: undefined, check: worstOf(all), as: undefined }));
    return [{ name: '', blocks: blocksOf(nodes, '') }];
  }
  const alone = new Map(
    depth.filter(({ ops }) => ops?.length === 1).map(({ check }) => [known.kinds.get(check.tensor) ?? '', check]),
  );
  const nodes = known.layers.map((layer): NetworkNode => {
    const own = worstOf(checks.get(layer.name));
    const like = own === undefined ? alone.get(known.kinds.get(layer.name) ?? '') : undefined;
    return { name: layer.name, layer, check: own ?? like, as: like?.tensor };
  });
  const places = stageNames(
    nodes.map(({ name }) => name),
    graph.stages,
  );
  return consecutive(nodes, (_, i) => places[i] ?? '').map(({ key, items }) => ({
    name: key,
    blocks: blocksOf(items, key),
  }));
}

/** The name that an output has as a checked tensor. */
const LOGITS = 'logits';

/** The nodes of a network, in order. */
export const nodesOf = (stages: readonly NetworkStage[]): NetworkNode[] =>
  stages.flatMap(({ blocks }) => blocks.flatMap(({ nodes }) => nodes));

/** The first node that is wrong itself, not only like another. */
export const firstWrongNode = (stages: readonly NetworkStage[]): NetworkNode | undefined =>
  nodesOf(stages).find(({ check, as }) => as === undefined && check !== undefined && !isRight(check));
