import { z } from 'zod';
import { checkSchema, logitsSchema } from './record/check.ts';
import { MOST_CYCLES } from './record/limits.ts';

const milliseconds = z.number().nonnegative();
const bytes = z.number().nonnegative();

/** Memory of one process in bytes; null where the operating system does not tell. */
const processMemorySchema = z.strictObject({
  /** `cuda` is no process: what the child holds of CUDA devices, by nvidia-smi; its peak is the most at these points. */
  role: z.enum(['process', 'renderer', 'gpu', 'cuda']),
  /** Resident before the model was opened, after opening, after the last run, after closing, and the highest ever. */
  baseline: bytes.nullable(),
  opened: bytes.nullable(),
  steady: bytes.nullable(),
  closed: bytes.nullable(),
  peak: bytes.nullable(),
});
export type ProcessMemory = z.infer<typeof processMemorySchema>;

/** Bytes after each cycle of `leak`. A slope takes time that grows with their square. */
const cycles = z.array(bytes).max(MOST_CYCLES);

/** Resident bytes of one process after each cycle of creating, running and closing a session, in order. */
const processCyclesSchema = z.strictObject({ role: z.enum(['process', 'renderer', 'gpu']), rss: cycles });
export type ProcessCycles = z.infer<typeof processCyclesSchema>;

/** Milliseconds of calls of the shorter and the longer chain of kernels, in turns. */
const chains = { short: z.array(milliseconds).min(1), long: z.array(milliseconds).min(1) };

const differsSchema = z.array(
  z.strictObject({ image: z.number().int(), expected: z.number().int(), got: z.number().int() }),
);
/** Shaders and pipelines (WebGL: programs) that a page asked for, and how many of these asynchronously. */
const compiledSchema = z.strictObject({
  shaders: z.number().int(),
  pipelines: z.number().int(),
  asynchronous: z.number().int(),
  /** While at least one asked for asynchronously was pending. */
  pending: milliseconds,
});
export type Compiled = z.infer<typeof compiledSchema>;

/** A start-up, part by part. */
const startSchema = z.strictObject({
  /** Importing the runtime's code. */
  module: milliseconds,
  /** Readying its device; null where the runtime does so while it creates the session. */
  device: milliseconds.nullable(),
  /** Fetching the model's files; null where nothing tells, as in Node: `session` holds it then. */
  read: milliseconds.nullable(),
  /** The rest of opening: parsing the model, compiling, placing the weights. */
  session: milliseconds,
  first: milliseconds,
  second: milliseconds,
  /** Bytes of the runtime's and the model's files by where they came from; null outside of a page. */
  bytes: z.strictObject({ network: bytes, cache: bytes }).nullable(),
});
export type Start = z.infer<typeof startSchema>;
/** The clock's smallest step, and the median of its steps, in milliseconds: suites/contract/clock.ts. */
const clockSchema = z.strictObject({ step: z.number().positive(), granularity: z.number().positive() });

export const resultSchema = z.discriminatedUnion('suite', [
  z.strictObject({
    suite: z.literal('conformance'),
    checks: z.array(checkSchema),
    /** Why taps are missing, where they are. */
    untapped: z.string().optional(),
    /** Of the first input's first call; in round 0 only, and up to MAX_LOGITS values. */
    logits: logitsSchema.optional(),
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
    /** In time order, milliseconds of one call; the clock stops when the output is on the host. */
    samples: z.array(milliseconds).min(1),
    /** Calls that a sample is the mean of: more than 1 where one call lasts less than 100 ticks of the clock. */
    batch: z.number().int().positive(),
    clock: clockSchema,
    /** Untimed calls before the first sample. */
    warmup: z.number().int(),
    /** Whether the budget of the cell ended sampling before its wanted count. */
    short: z.boolean(),
    /** Multiply-adds of a call, and the least bytes that it moves: reference/analysis.ts. */
    work: z.strictObject({ macs: z.number().int(), bytes: z.number().int() }),
  }),
  z.strictObject({
    suite: z.literal('transfer'),
    /** In time order, milliseconds of one call: as `latency`; input and output on the device; that, and read back. */
    host: z.array(milliseconds).min(1),
    bound: z.array(milliseconds).min(1),
    read: z.array(milliseconds).min(1),
    /** As in `latency`; untimed calls are of each form. */
    batch: z.number().int().positive(),
    clock: clockSchema,
    warmup: z.number().int(),
    short: z.boolean(),
    /** Of the logits of each form, whose name the tensor has. */
    checks: z.array(checkSchema).length(3),
  }),
  z.strictObject({
    suite: z.literal('startup'),
    ...startSchema.shape,
    /** GPU code asked for in each part and after the second call; null outside of a page. */
    compiled: z
      .strictObject({ open: compiledSchema, first: compiledSchema, second: compiledSchema, later: compiledSchema })
      .nullable(),
    /** The same in a second page of the same browser, whose caches are warm, or why not; null outside of a browser. */
    warm: z
      .union([
        z.strictObject({ ...startSchema.shape, check: checkSchema.optional() }),
        z.strictObject({ reason: z.string() }),
      ])
      .nullable(),
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
    gpu: cycles,
    tensors: cycles,
    /** Cycles wanted: fewer mean that the budget ended. */
    wanted: z.number().int(),
  }),
  z.strictObject({
    suite: z.literal('roofline'),
    /** By how many operations a longer chain exceeds a shorter one; the side of the image. */
    compute: z.strictObject({ flops: z.number().int(), size: z.number().int(), ...chains }),
    /** The same of bytes moved; `tensor` is how many each tensor has. */
    memory: z.strictObject({ bytes: z.number().int(), tensor: z.number().int(), ...chains }),
    /** Outputs of the smallest chains against the truth. */
    checks: z.array(checkSchema),
  }),
  z.strictObject({
    suite: z.literal('compliance'),
    /** What the inputs are: images of the data set, or seeded ones. */
    inputs: z.enum(['images', 'seeded']),
    /** Milliseconds of a call in blocks that took turns: one input again and again, ever other ones, and ones of another seed. */
    blocks: z.array(z.strictObject({ same: milliseconds, fresh: milliseconds, other: milliseconds })).min(1),
    /** Timed calls whose answers were compared with that of an untimed call of the same input. */
    calls: z.number().int(),
    /** Answers that are bit for bit those of another input, and those that are no input's bits. */
    stale: z.number().int(),
    varying: z.number().int(),
    /** Where the inputs are images: of those timed, how many, and the classes that differ from PyTorch's. */
    classified: z.strictObject({ images: z.number().int(), top1: z.number().int(), differs: differsSchema }).nullable(),
    /** Timed outputs of inputs that have a truth. */
    checks: z.array(checkSchema),
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
    differs: differsSchema.nullable(),
  }),
]);
export type Result = z.infer<typeof resultSchema>;
export type ResultOf<S extends Result['suite']> = Extract<Result, { suite: S }>;
