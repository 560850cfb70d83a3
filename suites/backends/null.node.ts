import { type BackendModule, unbound } from '../contract/backend.ts';

/** Does nothing: what it takes is what the harness costs. Its output is no answer, so only `latency` asks it. */
export const start: BackendModule['start'] = async () => ({
  open: async () => ({
    prepare: (input) => input,
    run: async () => new Float32Array(0),
    bind: unbound('it computes nothing'),
    tap: async () => new Map(),
    placement: async () => ({ device: 'none', proof: 'it computes nothing', nodes: {}, notes: [] }),
    tensors: () => null,
    close: async () => {},
  }),
});
