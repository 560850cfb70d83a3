import { countParameters } from '../graph.ts';
import { buildResNet, type ResNetRow } from './resnet.ts';

/** `resnet[3.4.6.3]-bottleneck-w4-g32`. Dots, since commas and colons have a meaning in a query. */
const SPELLING =
  'write resnet[3.4.6.3]-basic or resnet[3.4.6.3]-bottleneck, then -w64 (width per group) and -g1 (groups)';
const MODEL_LIMITS = { blocks: 100, width: 1024, groups: 1024, parameters: 5e8 } as const;
const CLASSES = 1000;

/** The number of an option such as `w4`, 1 or more, at most `most`. */
function amount(id: string, word: string, most: number): number {
  const value = Number(word.slice(1));
  if (!/^.[1-9]\d{0,5}$/.test(word) || value > most)
    throw new Error(`'${id}': '${word}' must be ${word[0]} and a number from 1 to ${most}`);
  return value;
}

/**
 * The row of a ResNet described by its name: blocks of the four stages, kind of block, width per group and groups
 * (torchvision's `width_per_group` and `groups`). Undefined where the name does not begin with `resnet[`, and where it
 * ends with a weights' tag; throws on any other mistake.
 */
export function customRow(id: string): ResNetRow | undefined {
  if (!id.startsWith('resnet[') || /\][^.]*\./.test(id)) return undefined;
  const [, depths = '', rest = ''] = id.match(/^resnet\[([^\]]*)\](.*)$/) ?? [];
  const blocks = depths.split('.').map((word) => (/^[1-9]\d{0,5}$/.test(word) ? Number(word) : 0));
  const [a = 0, b = 0, c = 0, d = 0] = blocks;
  if (blocks.length !== 4 || blocks.some((count) => count < 1 || count > MODEL_LIMITS.blocks))
    throw new Error(
      `'${id}': '[${depths}]' must be four numbers of blocks from 1 to ${MODEL_LIMITS.blocks}; ${SPELLING}`,
    );
  const [start, block, ...options] = rest.split('-');
  if (start !== '' || (block !== 'basic' && block !== 'bottleneck'))
    throw new Error(`'${id}': its block must be basic or bottleneck; ${SPELLING}`);
  const row = { family: 'resnet', id, block, layers: [a, b, c, d], parameters: 0 } as const;
  if (block === 'basic' && options.length > 0)
    throw new Error(`'${id}': only bottlenecks have a width and groups; ${SPELLING}`);
  const widths = options.filter((word) => word.startsWith('w'));
  const groups = options.filter((word) => word.startsWith('g'));
  if (widths.length > 1 || groups.length > 1 || widths.length + groups.length !== options.length)
    throw new Error(`'${id}': unknown or repeated option in '${options.join('-')}'; ${SPELLING}`);
  const [w = 'w64'] = widths;
  const [g = 'g1'] = groups;
  const spelled: ResNetRow = {
    ...row,
    width: amount(id, w, MODEL_LIMITS.width),
    groups: amount(id, g, MODEL_LIMITS.groups),
  };
  const parameters = countParameters(buildResNet(spelled, CLASSES));
  if (parameters > MODEL_LIMITS.parameters)
    throw new Error(`'${id}' has ${parameters} parameters, more than ${MODEL_LIMITS.parameters}`);
  return { ...spelled, parameters };
}
