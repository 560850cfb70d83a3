import type { Graph } from '../../reference/graph.ts';
import { buildConvNeXt } from '../../reference/models/convnext.ts';
import { buildModel, findModel } from '../../reference/models/table.ts';

/** A row's graph, or `convnext_test`: each of ConvNeXt's operators, with few channels. Throws on any other name. */
export function graphOf(id: string): Graph {
  if (id === 'convnext_test') {
    const channels = [16, 32, 64, 128] as const;
    return buildConvNeXt({ family: 'convnext', id, layers: [1, 1, 2, 1], channels, parameters: 0 }, 10);
  }
  const row = findModel(id);
  if (row === undefined) throw new Error(`no ${id}`);
  return buildModel(row);
}
