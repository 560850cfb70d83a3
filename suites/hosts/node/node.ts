import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendRow } from '../../contract/backend.ts';
import type { ReplyTo } from '../../contract/job.ts';
import type { Measured } from '../../contract/visit.ts';
import type { Job } from '../../engine/artefacts.ts';
import { faultReason } from '../fault.ts';
import type { Host, HostJob, HostOutcome } from '../host.ts';
import { temporaryFolder } from '../scratch.ts';
import { endText } from './end-text.ts';
import { exchange } from './exchange.ts';

/**
 * Time limit of a preparation step: `leastMs`, plus the step's multiply-adds at the slowest rate that is still
 * acceptable.
 */
export type StepLimit = { readonly leastMs: number; readonly macsPerSecond: number };

export const STEP_LIMIT: StepLimit = { leastMs: 60_000, macsPerSecond: 0.1e9 };

export type NodeHost = Host & {
  /** Prepares files in a child process, so that this process stays small. Throws one line where it fails. */
  prepare(files: Job): Promise<void>;
};

/**
 * A host that forks a process for each visit. `env` is added to this process's environment; `folder` is for the
 * children's logs. The children end with this process, however it ends.
 */
export function nodeHost(
  bundle: string,
  folder: string,
  env: (row: BackendRow) => { [name: string]: string },
  { leastMs, macsPerSecond }: StepLimit,
): NodeHost {
  let count = 0;
  const open = new Map<ChildProcess, Promise<unknown>>();
  let closed = false;
  const start = (execArgv: string[], more: { [name: string]: string }) => {
    if (closed) throw new Error('the run has ended');
    const log = join(folder, `child-${process.pid}-${count++}.log`);
    const stderr = openSync(log, 'w');
    try {
      const child = fork(bundle, {
        // The last is a pipe that the child watches: it closes when this process ends.
        stdio: ['ignore', 'ignore', stderr, 'ipc', 'pipe'],
        // Temporary files that a runtime leaves, such as ONNX Runtime's logs, are removed with the run's folder.
        env: { ...process.env, TMPDIR: temporaryFolder(), ...more },
        execArgv,
      });
      const gone = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
      open.set(child, gone);
      gone.then(() => open.delete(child));
      return { child, log };
    } finally {
      closeSync(stderr);
    }
  };
  return {
    async run<J extends HostJob>(
      job: J,
      limitMs: number,
      onPhase: (phase: string) => void,
      onPart?: (part: Measured) => void,
    ): Promise<HostOutcome<J>> {
      let phase = 'start';
      // Without this process's own flags, such as a TypeScript loader. With --expose-gc, to collect garbage before reading memory.
      const { child, log } = start(['--expose-gc'], env(job.row));
      const ended = await exchange(child, { job, log }, limitMs, (message) => {
        if ('part' in message) onPart?.(message.part);
        if (!('phase' in message)) return undefined;
        phase = message.phase;
        onPhase(phase);
        return undefined;
      });
      if ('timedOutMs' in ended) return { kind: 'timeout', seconds: limitMs / 1000, phase };
      if ('exit' in ended) return { kind: 'crash', reason: faultReason(endText(ended.exit, log)), phase };
      const { message } = ended;
      if ('reply' in message) {
        const { processes, cycles } = message.memory;
        const facts = { processes, cycles, secondPage: null };
        return { kind: 'reply', reply: message.reply as ReplyTo<J>, facts, phase };
      }
      return { kind: 'crash', reason: 'failed' in message ? message.failed : 'no reply', phase };
    },
    async prepare(files) {
      const { child, log } = start(['--max-old-space-size=8192'], {});
      let step = 'its start';
      const ended = await exchange(child, { job: { kind: 'prepare', files }, log }, leastMs, (message) => {
        if (!('step' in message)) return undefined;
        step = message.step;
        return leastMs + (1000 * message.macs) / macsPerSecond;
      });
      if ('timedOutMs' in ended)
        throw new Error(`no answer within ${Math.round(ended.timedOutMs / 1000)} s from ${step}`);
      if ('exit' in ended) throw new Error(faultReason(`${step}: ${endText(ended.exit, log)}`));
      if ('failed' in ended.message) throw new Error(faultReason(ended.message.failed));
    },
    async close() {
      closed = true;
      for (const child of open.keys()) child.kill('SIGKILL');
      await Promise.all(open.values());
    },
  };
}
