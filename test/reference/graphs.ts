import type { Graph } from '../../reference/graph.ts';
import { buildCifarResNeXt } from '../../reference/models/cifar.ts';
import { buildConvNeXt } from '../../reference/models/convnext.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';

/** A row's graph, or `convnext_test` or `resnext_test`: their operators, with few channels. Throws on any other name. */
export function graphOf(id: string): Graph {
  if (id === 'convnext_test') {
    const channels = [16, 32, 64, 128] as const;
    return buildConvNeXt({ family: 'convnext', id, layers: [1, 1, 2, 1], channels, parameters: 0 }, 10);
  }
  if (id === 'resnext_test')
    return buildCifarResNeXt({ family: 'cifar-resnext', id, n: 1, groups: 4, width: 8, parameters: 0 }, 10);
  const row = findModel(id);
  if (row === undefined) throw new Error(`no ${id}`);
  return buildModel(row);
}
