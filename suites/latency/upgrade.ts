import { workOf } from '../../reference/analysis.ts';
import { splitModel } from '../../reference/models/load.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { graphAfter } from '../../reference/passes/pass.ts';
import { parsePrecision, passesOf } from '../../reference/precisions/notation.ts';

/**
 * Adds the work of a call to a result of a version that did not record it, computed from the exported network. Throws for
 * a custom model, since a run file does not contain its network.
 */
export function upgrade(
  result: { readonly [name: string]: unknown },
  id: string,
): { readonly [name: string]: unknown } {
  if ('work' in result) return result;
  const [, model = '', text = '', batch = '', size = ''] = id.split(':');
  const network = parsePrecision(text);
  const row = findModel(splitModel(model).arch);
  if (row === undefined || network === undefined) throw new Error(`the work of a call on ${model} is not known`);
  const graph = graphAfter(passesOf(network), buildModel(row));
  return { ...result, work: workOf(graph, Number(batch.slice(1)), Number(size)) };
}
