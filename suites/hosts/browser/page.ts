import { describeWebGL, describeWebGPU } from '../../backends/adapter.browser.ts';
import type { BackendModule, BackendRow, Fetched, Tools } from '../../contract/backend.ts';
import type { JobFailure, ReplyTo, SessionJob } from '../../contract/job.ts';
import { CYCLE } from '../../contract/phases.ts';
import type { Measured } from '../../contract/visit.ts';
import { watchCompiles } from '../instruments/compiles.ts';
import { watchGpu } from '../instruments/gpu-bytes.ts';
import { watchLoss } from '../instruments/gpu-lost.ts';
import { replayFetches } from '../instruments/replay.ts';
import { reply } from '../reply.ts';
import { drawImage } from './draw.ts';

declare global {
  /** Provided by the parent: reports a phase and waits until the parent has sampled memory. */
  var tellPhase: (name: string) => Promise<void>;
  /** Provided by the parent: hands over a part of a result. */
  var tellPart: (part: Measured) => Promise<void>;
  /** Called by the parent to run a job in the page. */
  var perform: (job: SessionJob) => Promise<ReplyTo<SessionJob>>;
}

// Replaced before any runtime loads: runtimes keep the console's functions. While `sink` is set, it collects the log.
let sink: string[] | undefined;
for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  const original = console[level].bind(console);
  console[level] = (...words: unknown[]) => {
    if (sink === undefined) original(...words);
    else sink.push(words.join(' '));
  };
}

// Before any library keeps references to the functions.
const gpu = watchGpu();
const compiled = watchCompiles();
const replay = replayFetches();

/** Files fetched so far, in order (Resource Timing, section 4). The transfer size of a file from the cache is 0. */
const fetched = () =>
  performance.getEntriesByType('resource').map((entry): Fetched => {
    const { name, startTime, responseEnd, encodedBodySize, transferSize } = entry as PerformanceResourceTiming;
    const cached = transferSize === 0 && encodedBodySize > 0;
    return { path: new URL(name).pathname, start: startTime, end: responseEnd, bytes: encodedBodySize, cached };
  });

let phase = '';
let running: readonly string[] = [];
const loss = watchLoss(() => running.includes(phase));

const tools: Tools = {
  gpu,
  observed: () => ({ fetched: fetched(), compiled: compiled() }),
  now: () => performance.now(),
  phase(name) {
    phase = name;
    if (name === CYCLE) replay();
    return globalThis.tellPhase(name);
  },
  part: (result) => globalThis.tellPart(result),
  watch(phases) {
    running = phases;
  },
  async read(location, range) {
    const last = range && range.start + range.length - 1;
    // A part is read once: the browser's cache would hold all images.
    const part: RequestInit | undefined = range && {
      cache: 'no-store',
      headers: { Range: `bytes=${range.start}-${last}` },
    };
    const response = await fetch(location, part);
    if (!response.ok) throw new Error(`${location}: HTTP ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (range !== undefined && (response.status !== 206 || bytes.length !== range.length))
      throw new Error(`${location} ends before byte ${range.start + range.length}`);
    return bytes;
  },
  draw: drawImage,
  async adapter(device) {
    if (device === 'webgpu') return describeWebGPU();
    return device === 'webgl' ? describeWebGL() : null;
  },
  async capture(action) {
    const lines: string[] = [];
    sink = lines;
    try {
      return { value: await action(), log: lines.join('\n') };
    } finally {
      sink = undefined;
    }
  },
};

/** Milliseconds to wait for the report of a GPU loss after an error of the runtime. */
const GRACE_MS = 500;

/** The answer. Where a GPU loss explains a failure, the failure with the loss's message. */
async function withLoss<J extends SessionJob>(answered: Promise<ReplyTo<J>>): Promise<ReplyTo<J>> {
  const lost = loss.then((error): JobFailure => ({ error, fix: undefined }));
  const answer = await Promise.race([answered, lost]);
  if (!('error' in answer) || answer.fix !== undefined) return answer;
  return Promise.race([lost, new Promise<ReplyTo<J>>((resolve) => setTimeout(resolve, GRACE_MS, answer))]);
}

const binding = ({ module }: BackendRow) => import(`../../backends/${module}.browser.ts`) as Promise<BackendModule>;

globalThis.perform = (job) => withLoss(reply(job, binding, tools));
