import { z } from 'zod';
import { checkSchema, logitsSchema } from './check.ts';
import {
  type End,
  endSchema,
  type Header,
  headerSchema,
  type Resume,
  resumeSchema,
  SCHEMA,
  wholeEnd,
} from './header.ts';
import { placementSchema } from './placement.ts';

export type { Adapter, Features, Placement } from './placement.ts';

const milliseconds = z.number().nonnegative();
const bytes = z.number().nonnegative();

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
    /** The clock's smallest step, and the median of its steps: suites/clock.ts. */
    clock: z.strictObject({ step: z.number().positive(), granularity: z.number().positive() }),
    /** Untimed calls before the first sample. */
    warmup: z.number().int(),
    /** Whether the budget of the cell ended sampling before its wanted count. */
    short: z.boolean(),
    /** Multiply-adds of a call, and the least bytes that it moves: reference/analysis.ts. */
    work: z.strictObject({ macs: z.number().int(), bytes: z.number().int() }),
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
    gpu: z.array(bytes),
    tensors: z.array(bytes),
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

/** A line after the header. */
const lineSchema = z.discriminatedUnion('kind', [recordSchema, resumeSchema, endSchema]);

export type Run = {
  readonly header: Header;
  readonly records: readonly Record[];
  /** Where it went on after it had been cut short. */
  readonly resumes: readonly Resume[];
  /** Undefined where its last part crashed; the stolen time is that of all parts. */
  readonly end: End | undefined;
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
  const resumes: Resume[] = [];
  const ends: End[] = [];
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]?.trim() === '') continue;
    const line = read(i, lineSchema);
    if (line?.kind === 'record') records.push(line);
    else if (line?.kind === 'resume') resumes.push(line);
    else if (line?.kind === 'end') ends.push(line);
  }
  return { header, records, resumes, end: wholeEnd(header, resumes, ends), damaged };
}
