import { INPUT, type Node } from '../../reference/graph.ts';
import type { FuzzNetwork } from '../contract/play.ts';
import { isDepthwise } from './network.ts';

/** The attributes of a window that are not plain. */
function windowText(node: Node & { op: 'Conv' | 'MaxPool' }): string[] {
  const { kernel, strides, pads, autoPad } = node;
  const padded = pads.some((pad) => pad > 0);
  return [
    kernel.join('×'),
    ...(strides.some((stride) => stride > 1) ? [`stride ${strides.join('×')}`] : []),
    ...(autoPad !== undefined ? [autoPad] : padded ? [`pads ${pads.join(',')}`] : []),
  ];
}

function nodeText(node: Node): string {
  switch (node.op) {
    case 'Conv': {
      const { in: inner, out, group, bias } = node;
      const groups = group === 1 ? [] : [isDepthwise(node) ? 'depthwise' : `${group} groups`];
      return ['Conv', ...windowText(node), `${inner}→${out}`, ...groups, ...(bias ? ['bias'] : [])].join(' ');
    }
    case 'MaxPool':
      return ['MaxPool', ...windowText(node)].join(' ');
    case 'Slice':
      return `Slice ${node.steps.join('×')}`;
    case 'Pad':
      return `Pad ${node.channels.join(',')}`;
    case 'Gemm':
      return `Gemm ${node.in}→${node.out}`;
    default:
      return node.op;
  }
}

/** Operators in order with the attributes that are not plain. A node that reads another than the one before it says so. */
export function nodesText({ nodes }: FuzzNetwork): string {
  return nodes
    .map((node, at) => {
      const before = nodes[at - 1]?.name ?? INPUT;
      const places = node.inputs.map((name) => nodes.findIndex((one) => one.name === name));
      const chain = node.inputs.length === 1 && node.inputs[0] === before;
      return chain ? nodeText(node) : `${nodeText(node)}(${places.map((place) => place + 1)})`;
    })
    .join(' → ');
}

/**
 * What identifies a defect: the shrunk network's operators with the attributes that could not be made plain. Its size
 * is left out.
 */
export function keyOf(network: FuzzNetwork): string {
  const { batch, values } = network;
  const more = [...(batch > 1 ? ['batch > 1'] : []), ...(values.kind === 'plain' ? [] : [`${values.kind} values`])];
  return [nodesText(network), ...more].join(', ');
}

/** The network in one line. */
export const networkText = (network: FuzzNetwork): string => {
  const { batch, channels, size } = network;
  return `${keyOf(network)} on [${batch},${channels},${size},${size}]`;
};

/**
 * Operators and features that defects often depend on: failures that share them are examined after others. ONNX Runtime
 * and TF.js pack four channels at a time.
 */
export function signatureOf({ nodes }: FuzzNetwork): string {
  const kind = (node: Node): string => {
    if (node.op !== 'Conv') return node.op;
    const { kernel, strides, group, autoPad } = node;
    const beyond = strides[0] > kernel[0] || strides[1] > kernel[1];
    const packed = (count: number) => (count % 4 === 0 ? '4' : '');
    const groups = group === 1 ? '' : isDepthwise(node) ? ' depthwise' : ' grouped';
    const wiring = `${packed(node.in / group)}→${packed(node.out / group)}`;
    return `Conv ${wiring}${groups}${beyond ? ' sparse' : ''}${autoPad === undefined ? '' : ` ${autoPad}`}`;
  };
  return [...new Set(nodes.map(kind))].sort().join(', ');
}

/** A message without what differs between networks. */
export const reasonKey = (reason: string): string =>
  (reason.split('\n')[0] ?? '')
    .replace(/\bn\d+(?:\.\w+)*/g, 'NODE')
    .replace(/0x[0-9a-f]+/gi, 'ADDRESS')
    .replace(/\d+/g, 'N')
    .replace(/N(?:\s*,\s*N)+/g, 'N…')
    .slice(0, 160);
