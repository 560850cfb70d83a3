import type { Written } from '../../reference/formats/format.ts';
import type { BackendRow } from '../contract/backend.ts';

/** Code of an HTML page or a script that runs a model through a runtime's public API. */
export type Call = {
  /** Lines that load the runtime, before the code. */
  readonly loading: string;
  /** The packages that a page loads, at the version that was asked for. */
  readonly packages: readonly string[];
  /**
   * Body of an async function that returns the output. It may use `data`, `bytes` (base64 to bytes) and, in a page,
   * `load` and `base`.
   */
  readonly code: string;
};

/** What `backends/MODULE.repro.ts` exports: how a repro runs a model on the runtime, without this project. */
export type ReproModule = {
  /** The model as JSON, with bytes in base64, to be added to `data`. */
  embed(written: Written, base64: (bytes: Uint8Array) => string): { readonly [key: string]: unknown };
  /** The code for a version of the runtime's packages. */
  callOf(row: BackendRow, version: string): Call;
};
