import { workOf } from '../../reference/analysis.ts';
import { splitModel } from '../../reference/models/load.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { graphAfter } from '../../reference/passes/pass.ts';
import { parsePrecision, passesOf } from '../../reference/precisions/notation.ts';

/**
 * A result of a version that did not record the work of a call, with that of the network as exports hold it. Throws for
 * a custom model, whose file a run file does not hold.
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
