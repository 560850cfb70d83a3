import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { decodeFloats } from '../../reference/float32.ts';
import { formatOf } from '../../reference/formats/formats.ts';
import { type Graph, inferShapes } from '../../reference/graph.ts';
import { PLAIN_FORM } from '../../reference/passes/forms.ts';
import { FULL_PRECISION } from '../../reference/precisions/precisions.ts';
import { nchw, type Tensor, type Weights } from '../../reference/tensor.ts';
import type { BackendRow } from '../contract/backend.ts';
import { describe } from '../contract/network.ts';
import type { Workload } from '../contract/visit.ts';
import type { Place } from '../engine/hosts.ts';
import type { Placement } from '../record/placement.ts';

const LIMIT_MS = 300_000;

/** Outputs by node name, images as [N, C, H, W], and the placement. */
export type Probed = { readonly outputs: ReadonlyMap<string, Float32Array>; readonly placement: Placement };

/** Runs any graph on a backend. `outputs` are names of its nodes. Throws where the backend cannot run it. */
export type Prober = (graph: Graph, weights: Weights, input: Tensor, outputs: readonly string[]) => Promise<Probed>;

/**
 * Makes a function that runs graphs on a backend through its host, each in a fresh process or page. `folder` must be
 * one that pages may read.
 */
export function prober(row: BackendRow, place: Place, folder: string): Prober {
  let count = 0;
  return async (graph, weights, input, outputs) => {
    if (row.format === undefined) throw new Error(`${row.id} runs no exported model`);
    const format = formatOf(row.format);
    const { write } = await format.write();
    const own = join(folder, `probe${count++}`);
    const [batch, , size] = nchw(input.shape);
    const file = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(own, name), bytes);
      return join(own, name);
    };
    mkdirSync(own);
    const values = file('input.bin', new Uint8Array(Float32Array.from(input.data).buffer));
    const shapes = inferShapes(graph, batch, size);
    const taps = outputs.map((name) => ({ stage: name, name, shape: shapes.get(name) ?? [] }));
    const { main, beside } = write(graph, weights, {
      batch,
      size,
      taps: taps.filter(({ name }) => name !== graph.output),
    });
    for (const [name, bytes] of beside) file(name, bytes);
    const model = file(format.main, main);
    const network = { ...describe(graph, new Map(), batch, size), taps };
    const workload: Workload = {
      source: { format: 'architecture', model: graph.name, files: [] },
      network,
      // The graph is in its precision and form already.
      precision: FULL_PRECISION,
      form: PLAIN_FORM,
      batch,
      size,
      threads: availableParallelism(),
      model: { path: place.locate(model), external: [], bytes: statSync(model).size },
    };
    const job = { kind: 'probe', row, workload, input: place.locate(values) } as const;
    const outcome = await place.host.run(job, LIMIT_MS, () => {});
    rmSync(own, { recursive: true });
    if (outcome.kind !== 'reply')
      throw new Error(outcome.kind === 'crash' ? outcome.reason : `no answer within ${LIMIT_MS / 1000} s`);
    const { reply } = outcome;
    if ('error' in reply) throw new Error(reply.error.split('\n')[0]);
    return {
      outputs: new Map(Object.entries(reply.outputs).map(([name, text]) => [name, decodeFloats(text)])),
      placement: reply.placement,
    };
  };
}
