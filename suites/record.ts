import { z } from 'zod';

/** Version of the run file's format; a reader refuses another. */
export const SCHEMA = 1;

const milliseconds = z.number().nonnegative();
const bytes = z.number().nonnegative();

/** Where the nodes of a session really ran, and how that is known. */
export const placementSchema = z.strictObject({
  /** Device that computed: cpu, wasm, webgl, webgpu, webnn, cuda. */
  device: z.string(),
  /** The evidence, in words: `placement log`, `kernel profile`, … */
  proof: z.string(),
  /** Nodes (or kernels) counted by the provider that ran them. Empty where the runtime does not tell. */
  nodes: z.record(z.string(), z.number().int()),
  adapter: z.strictObject({ description: z.string(), software: z.boolean() }).optional(),
  threads: z.strictObject({ asked: z.number().int(), got: z.number().int() }).optional(),
  notes: z.array(z.string()),
});
export type Placement = z.infer<typeof placementSchema>;

/** One comparison of an output (or tap) with the float64 truth. Errors are absolute, in the tensor's units. */
const checkSchema = z.strictObject({
  /** `logits`, or a stage's name. */
  tensor: z.string(),
  /** Runs compared; the figures are the worst of them. */
  runs: z.number().int(),
  /** Largest |output − truth|. NaN and infinities in the output are counted in `nonfinite` instead. */
  error: z.number(),
  /** Largest |truth|: error ÷ scale is the relative error. */
  scale: z.number(),
  /** What the bound allows at the element with the least margin: a statistical one, or a layer's rigorous one. */
  allowed: z.number(),
  /** Largest error ÷ allowed over the elements: above 1 is wrong. */
  ratio: z.number(),
  /** 20·log10 of the truth's norm over the error's norm, in dB; null where the error is exactly 0. */
  snr: z.number().nullable(),
  nonfinite: z.number().int(),
  /** Images whose Top-1 class agrees with the truth's, of those whose truth has a margin; null for taps. */
  top1: z.strictObject({ agree: z.number().int(), of: z.number().int() }).nullable(),
});
export type Check = z.infer<typeof checkSchema>;

/** Memory of one process in bytes; null where the operating system does not tell. */
const processMemorySchema = z.strictObject({
  role: z.enum(['process', 'renderer', 'gpu']),
  /** Resident before the model was opened, after opening, after the last run, after closing, and the highest ever. */
  baseline: bytes.nullable(),
  opened: bytes.nullable(),
  steady: bytes.nullable(),
  closed: bytes.nullable(),
  peak: bytes.nullable(),
});
export type ProcessMemory = z.infer<typeof processMemorySchema>;

/** Resident bytes of one process after each cycle of creating, running and closing a session, in order. */
const processCyclesSchema = z.strictObject({ role: z.enum(['process', 'renderer', 'gpu']), rss: z.array(bytes) });
export type ProcessCycles = z.infer<typeof processCyclesSchema>;

export const resultSchema = z.discriminatedUnion('suite', [
  z.strictObject({
    suite: z.literal('conformance'),
    checks: z.array(checkSchema),
    /** Why taps are missing, where they are. */
    untapped: z.string().optional(),
  }),
  z.strictObject({
    suite: z.literal('layers'),
    /** Each layer that ran: its last node's name is the check's tensor, its bound rigorous. */
    layers: z.array(
      z.strictObject({ ops: z.array(z.string()).min(1), input: z.array(z.number().int()), check: checkSchema }),
    ),
    /** Each layer that the runtime would not run, and what it said. */
    refused: z.array(z.strictObject({ tensor: z.string(), ops: z.array(z.string()), reason: z.string() })),
    /** Layers that the network has; fewer were tried where the budget ended. */
    total: z.number().int(),
  }),
  z.strictObject({
    suite: z.literal('latency'),
    /** One per timed call, sorted; the clock stops when the output is on the host. */
    samples: z.array(milliseconds).min(1),
    /** Untimed calls before the first sample. */
    warmup: z.number().int(),
    /** Whether the budget of the cell ended sampling before its wanted count. */
    short: z.boolean(),
  }),
  z.strictObject({
    suite: z.literal('startup'),
    /** Importing the runtime and initialising its device; reading the model and creating the session; the calls. */
    load: milliseconds,
    open: milliseconds,
    first: milliseconds,
    second: milliseconds,
  }),
  z.strictObject({
    suite: z.literal('memory'),
    processes: z.array(processMemorySchema).min(1),
    /** Bytes of tensors alive after the last run, as the runtime reports them; null where it does not. */
    tensors: bytes.nullable(),
    /** Bytes of WebGPU buffers and WebGPU and WebGL textures that the page holds, most that it held, and how many. */
    gpu: z.strictObject({ live: bytes, peak: bytes, objects: z.number().int() }).nullable(),
    model: bytes,
  }),
  z.strictObject({
    suite: z.literal('leak'),
    processes: z.array(processCyclesSchema),
    /** Bytes alive after each cycle, on the GPU and as the runtime counts its tensors; empty where nothing tells. */
    gpu: z.array(bytes),
    tensors: z.array(bytes),
    /** Cycles wanted: fewer mean that the budget ended. */
    wanted: z.number().int(),
  }),
  z.strictObject({
    suite: z.literal('accuracy'),
    dataset: z.string(),
    images: z.number().int(),
    /** Images of the data set at hand; fewer `images` means that the budget ended. */
    available: z.number().int(),
    top1: z.number().int(),
    top5: z.number().int(),
    /** Images whose predicted class differs from PyTorch's, where that is known. */
    differs: z
      .array(z.strictObject({ image: z.number().int(), expected: z.number().int(), got: z.number().int() }))
      .nullable(),
  }),
]);
export type Result = z.infer<typeof resultSchema>;
export type ResultOf<S extends Result['suite']> = Extract<Result, { suite: S }>;

/** How a case ended. Only `ok` is a pass. */
export const outcomeSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('ok'), placement: placementSchema, result: resultSchema }),
  z.strictObject({ status: z.literal('wrong'), reason: z.string(), placement: placementSchema, result: resultSchema }),
  z.strictObject({
    status: z.literal('fallback'),
    reason: z.string(),
    placement: placementSchema,
    result: resultSchema,
  }),
  z.strictObject({ status: z.literal('unsupported'), reason: z.string(), fix: z.string().optional() }),
  z.strictObject({ status: z.literal('crash'), reason: z.string(), phase: z.string() }),
  z.strictObject({ status: z.literal('timeout'), seconds: z.number(), phase: z.string() }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;
export type Status = Outcome['status'];

export const recordSchema = z.strictObject({
  kind: z.literal('record'),
  /** The case's id on its backend, see cell.ts. */
  id: z.string(),
  round: z.number().int(),
  at: z.iso.datetime(),
  outcome: outcomeSchema,
});
export type Record = z.infer<typeof recordSchema>;

export const environmentSchema = z.strictObject({
  os: z.string(),
  cpu: z.string(),
  cores: z.number().int(),
  /** Total physical memory. */
  memory: bytes,
  node: z.string(),
  /** The browser's name, version and path; null where none was found or none was needed. */
  browser: z.strictObject({ name: z.string(), version: z.string(), flags: z.array(z.string()) }).nullable(),
  /** Package name to version, of the runtimes. */
  packages: z.record(z.string(), z.string()),
  /** One-minute load average at the start. */
  load: z.number(),
});
export type Environment = z.infer<typeof environmentSchema>;

export const headerSchema = z.strictObject({
  kind: z.literal('run'),
  schema: z.literal(SCHEMA),
  started: z.iso.datetime(),
  /** Commit of the suite, with `+` where the tree had changes; null outside a checkout. */
  commit: z.string().nullable(),
  /** What was typed after `npm run bench --`. */
  command: z.array(z.string()),
  profile: z.string(),
  seed: z.number().int(),
  /** Rounds wanted of each cell. */
  rounds: z.number().int(),
  /** Seconds that the run was given. */
  budget: z.number(),
  environment: environmentSchema,
  /** Every cell asked for: one without a record was not reached within the budget. */
  plan: z.array(z.string()),
  /** A person's own models: the files, and the architecture that a checkpoint was read for. */
  models: z
    .array(
      z.strictObject({
        id: z.string(),
        architecture: z.string().nullable(),
        files: z.array(z.string()),
        sha256: z.string(),
      }),
    )
    .optional(),
});
export type Header = z.infer<typeof headerSchema>;

export type Run = {
  readonly header: Header;
  readonly records: readonly Record[];
  /** Lines that could not be read, as `FILE:LINE: reason`. */
  readonly damaged: readonly string[];
};

/**
 * Reads a run file's text. A bad line is named in `damaged` and the others still load.
 * Throws where the header, which comes first, is missing or of another schema.
 */
export function parseRun(text: string, file: string): Run {
  const lines = text.split('\n');
  const damaged: string[] = [];
  const read = <T>(index: number, schema: z.ZodType<T>): T | undefined => {
    try {
      return schema.parse(JSON.parse(lines[index] ?? ''));
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : (error as Error).message;
      damaged.push(`${file}:${index + 1}: ${reason}`);
      return undefined;
    }
  };
  const header = read(0, headerSchema);
  if (header === undefined)
    throw new Error(`not a run file (its first line must be a header of schema ${SCHEMA}): ${damaged[0]}`);
  const records: Record[] = [];
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]?.trim() === '') continue;
    const record = read(i, recordSchema);
    if (record) records.push(record);
  }
  return { header, records, damaged };
}
