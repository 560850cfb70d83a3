import type { BackendModule } from '../contract/backend.ts';

/** Does nothing: what it takes is what the harness costs. Its output is no answer, so only `latency` asks it. */
export const start: BackendModule['start'] = async () => ({
  open: async () => ({
    prepare: (input) => input,
    run: async () => new Float32Array(0),
    placement: async () => ({ device: 'none', proof: 'it computes nothing', nodes: {}, notes: [] }),
    close: async () => {},
  }),
});
