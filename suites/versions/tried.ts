import type { Placement } from '../record/placement.ts';
import type { Mark, SearchResult } from './search.ts';

/** What is searched for: a network that is computed wrongly, a visit that crashes, or calls that are slower. */
export type Fault = 'wrong' | 'crash' | 'slower';

/** What a version did. */
export type Attempt = {
  readonly answer: Mark;
  /** The outcome in a word or two: `right`, `wrong`, `suspect`, `crash`, `not slower`, `not installed`, … */
  readonly outcome: string;
  /** How wrong or slow, or why it was skipped. */
  readonly detail: string;
  /** Which implementation ran, with the evidence; undefined where none did. */
  readonly implementation: string | undefined;
};

/** A version that shows nothing, and why. `implementation`: what ran instead, where anything did. */
export const skipped = (outcome: string, detail: string, implementation?: string): Attempt => ({
  answer: 'skipped',
  outcome,
  detail,
  implementation,
});

/** A version that was tried, and the seconds that it took. */
export type Tried = Attempt & { readonly version: string; readonly seconds: number };

/** What a search of a package's versions found. */
export type Bisected = {
  /** What was searched for: a cell, or a known defect on a backend. */
  readonly subject: string;
  readonly backend: string;
  readonly name: string;
  readonly fault: Fault;
  readonly found: SearchResult;
  /** The versions between which it was searched, the oldest first. */
  readonly versions: readonly string[];
  /** Those that were tried, in order of time. */
  readonly tried: readonly Tried[];
  readonly seconds: number;
  /** One-minute load averages at the beginning and the end. */
  readonly load: readonly [number, number];
  /** What was run to decide, in a few words. */
  readonly decidedBy: string;
  /** The repro's page or script, where one was written. */
  readonly repro: string | undefined;
};

/** Implementations by the name that ONNX Runtime's placement log gives their provider. */
const IMPLEMENTATIONS: { readonly [provider: string]: string } = {
  JsExecutionProvider: 'JSEP',
  WebGpuExecutionProvider: 'native WebGPU',
};

/**
 * Which implementation ran, whatever its bundle is called: by the providers of the placement log and the names of the
 * WebAssembly files that were fetched. `native WebGPU (WebGpuExecutionProvider; ort-wasm-simd-threaded.asyncify.wasm)`.
 */
export function implementationOf({ nodes, device, proof }: Placement, wasm: readonly string[]): string {
  const providers = Object.keys(nodes);
  const named = providers.flatMap((provider) => IMPLEMENTATIONS[provider] ?? []);
  const none = device === 'webgl' ? ['no WebAssembly was fetched'] : [];
  const evidence = [...(providers.length > 0 ? providers : [proof]), ...(wasm.length > 0 ? wasm : none)];
  return `${named.join(' and ') || device} (${evidence.join('; ')})`;
}
