import type { BackendModule } from '../contract/backend.ts';

/**
 * Does nothing, so its time is the overhead of the harness. Its output is meaningless, so only `latency` runs on it.
 */
export const start: BackendModule['start'] = async () => ({
  open: async () => ({
    prepare: (input) => input,
    run: async () => new Float32Array(0),
    placement: async () => ({ device: 'none', proof: 'it computes nothing', nodes: {}, notes: [] }),
    close: async () => {},
  }),
});
