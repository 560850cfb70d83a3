import type { Node } from '../../reference/graph.ts';
import type { Placement } from '../record/placement.ts';
import type { BackendRow } from './backend.ts';

/** How weights and inputs are drawn. `large` and `small` inputs are 10⁶ and 10⁻⁶ times as large as `plain` ones. */
export const VALUE_KINDS = ['plain', 'positive', 'constant', 'sparse', 'large', 'small'] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** A small network as plain data: its weights and inputs follow from a recipe, so that it can be sent and changed. */
export type FuzzNetwork = {
  /** Channels of its input, [batch, channels, size, size]. */
  readonly channels: number;
  readonly nodes: readonly Node[];
  readonly output: string;
  readonly batch: number;
  readonly size: number;
  readonly values: { readonly kind: ValueKind; readonly seed: number };
};

/** Networks to run one after another in one process or page. */
export type PlayJob = {
  readonly kind: 'play';
  readonly row: BackendRow;
  readonly networks: readonly FuzzNetwork[];
  /**
   * Number of earlier sessions that stay open, each called once more before it closes. At least 1: closing the last
   * session may release the device, which looks like its loss.
   */
  readonly alive: number;
  /** No network is begun after this time. */
  readonly budgetMs: number;
};

/**
 * A network's outputs for its first input, its second, and its first again, as encodeFloats writes them in the
 * backend's own layout; or why it has none. `fix` is set where the backend says that it does not support it.
 */
export type Played =
  | { readonly outputs: readonly string[] }
  | { readonly error: string; readonly fix: string | undefined };

/** One answer for each network that was begun, in order. */
export type PlayResult = { readonly placement: Placement; readonly played: readonly Played[] };
