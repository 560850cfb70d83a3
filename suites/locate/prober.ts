import { copyFileSync, linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { decodeFloats } from '../../reference/float32.ts';
import type { Written } from '../../reference/formats/format.ts';
import { formatOf } from '../../reference/formats/formats.ts';
import type { ModelFile } from '../../reference/models/load.ts';
import { PLAIN_FORM } from '../../reference/passes/forms.ts';
import { FULL_PRECISION } from '../../reference/precisions/precisions.ts';
import { nchw, type Tensor } from '../../reference/tensor.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { Network } from '../contract/network.ts';
import type { Workload } from '../contract/visit.ts';
import type { Place } from '../engine/hosts.ts';
import type { Placement } from '../record/placement.ts';

const LIMIT_MS = 600_000;

/** A file that a backend can load: its content, files of the user's beside it, and what is in it. */
export type Loadable = Written & {
  readonly linked: readonly ModelFile[];
  readonly network: Network;
};

/** The outputs of one call by the names of taps, images as [N, C, H, W]. `input`: which of the inputs it was. */
export type ProbedCall = { readonly input: number; readonly outputs: ReadonlyMap<string, ArrayLike<number>> };

/** Every call, the placement, and the names of the WebAssembly files that were fetched. */
export type Probed = {
  readonly calls: readonly ProbedCall[];
  readonly placement: Placement;
  readonly wasm: readonly string[];
};

/** Options of a probe: `asMeasured` runs the file as a benchmark does, untapped first and then tapped. */
export type ProbeOptions = { readonly asMeasured: boolean };

/** Runs any file on a backend, with these inputs in turn. Throws where the backend cannot run it. */
export type Prober = (file: Loadable, inputs: readonly Tensor[], options: ProbeOptions) => Promise<Probed>;

/** Makes a user's file appear beside a written one, without a copy where the system can. */
function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/**
 * Makes a function that runs files on a backend through its host, each in a fresh process or page. `folder` must be one
 * that pages may read; `name` keeps its files apart from other probers'.
 */
export function prober(row: BackendRow, place: Place, folder: string, name: string): Prober {
  let count = 0;
  return async ({ main, beside, linked, network }, inputs, { asMeasured }) => {
    if (row.format === undefined) throw new Error(`${row.id} runs no exported model`);
    const own = join(folder, `${name}${count++}`);
    const [batch, , size] = nchw(inputs[0]?.shape ?? []);
    const file = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(own, name), bytes);
      return join(own, name);
    };
    mkdirSync(own);
    for (const [name, bytes] of beside) file(name, bytes);
    for (const { name, path } of linked) link(path, join(own, name));
    const model = file(formatOf(row.format).main, main);
    const values = inputs.map(({ data }, i) =>
      file(`input${i}.bin`, new Uint8Array(Float32Array.from(data).buffer as ArrayBuffer)),
    );
    const workload: Workload = {
      source: { format: 'architecture', model: 'probe', files: [] },
      network,
      // The file is in its precision and form already.
      precision: FULL_PRECISION,
      form: PLAIN_FORM,
      batch,
      size,
      threads: availableParallelism(),
      model: {
        path: place.locate(model),
        external: linked.map(({ name }) => ({ name, path: place.locate(join(own, name)) })),
        bytes: statSync(model).size,
      },
    };
    const job = { kind: 'probe', row, workload, inputs: values.map(place.locate), asMeasured } as const;
    const outcome = await place.host.run(job, LIMIT_MS, () => {}).finally(() => rmSync(own, { recursive: true }));
    if (outcome.kind !== 'reply')
      throw new Error(outcome.kind === 'crash' ? outcome.reason : `no answer within ${LIMIT_MS / 1000} s`);
    const { reply } = outcome;
    if ('error' in reply) throw Object.assign(new Error(reply.error.split('\n')[0]), { fix: reply.fix });
    const decoded = (outputs: { readonly [tap: string]: string }) =>
      new Map(Object.entries(outputs).map(([tap, text]) => [tap, decodeFloats(text)]));
    return {
      calls: reply.calls.map(({ input, outputs }) => ({ input, outputs: decoded(outputs) })),
      placement: reply.placement,
      wasm: reply.wasm,
    };
  };
}
