import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendRow } from '../backend.ts';
import type { Visit } from '../visit.ts';
import type { Job } from './artefacts.ts';
import type { ChildMessage, ChildRequest } from './child.ts';
import { faultReason, lastWords } from './fault.ts';
import type { Host, VisitOutcome } from './host.ts';

type Ended = { message: ChildMessage } | { exit: string } | { timedOut: true };

/** Sends one request to a fresh child and waits for its answer, its death, or the time limit, which kills it. */
async function converse(
  child: ChildProcess,
  request: ChildRequest,
  limit: number,
  onPhase: (phase: string) => void,
): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<Ended>((resolve) => {
    child.on('message', (message: ChildMessage) =>
      'phase' in message ? onPhase(message.phase) : resolve({ message }),
    );
    child.on('error', (error) => resolve({ exit: error.message }));
    child.on('exit', (code, signal) => resolve({ exit: signal ? `killed by ${signal}` : `exit code ${code}` }));
    timer = setTimeout(() => resolve({ timedOut: true }), limit);
  });
  child.send(request);
  const result = await ended;
  clearTimeout(timer);
  child.kill('SIGKILL');
  return result;
}

/** A host that forks a process for each visit. `env` is laid over this process's own. */
export function nodeHost(bundle: string, folder: string, env: (row: BackendRow) => { [name: string]: string }): Host {
  let count = 0;
  const open = new Set<ChildProcess>();
  return {
    async run(visit: Visit, row: BackendRow, limit: number, onPhase: (phase: string) => void): Promise<VisitOutcome> {
      const log = join(folder, `child-${process.pid}-${count++}.log`);
      const stderr = openSync(log, 'w');
      let phase = 'start';
      const child = fork(bundle, {
        stdio: ['ignore', 'ignore', stderr, 'ipc'],
        env: { ...process.env, ...env(row) },
        // None of this process's own, such as a TypeScript loader. Garbage is no leak: `leak` collects it first.
        execArgv: ['--expose-gc'],
      });
      closeSync(stderr);
      open.add(child);
      const ended = await converse(child, { visit, row, log }, limit, (name) => {
        phase = name;
        onPhase(name);
      });
      open.delete(child);
      if ('timedOut' in ended) return { kind: 'timeout', seconds: limit / 1000, phase };
      if ('exit' in ended) {
        const words = lastWords(readFileSync(log, 'utf8'));
        const reason = `the process ended (${ended.exit})${words === undefined ? '' : `: ${words}`}`;
        return { kind: 'crash', reason: faultReason(reason), phase };
      }
      if ('reply' in ended.message) return { kind: 'reply', reply: ended.message.reply, phase };
      return { kind: 'crash', reason: 'failed' in ended.message ? ended.message.failed : 'no reply', phase };
    },
    async close() {
      for (const child of open) child.kill('SIGKILL');
    },
  };
}

/** Prepares files in a child, so that the parent stays small. Throws what went wrong, in one line. */
export async function prepare(bundle: string, job: Job): Promise<void> {
  const child = fork(bundle, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--max-old-space-size=8192'],
  });
  const ended = await converse(child, { job }, 2 ** 31 - 1, () => {});
  if ('message' in ended && 'prepared' in ended.message) return;
  throw new Error(
    'message' in ended && 'failed' in ended.message ? ended.message.failed : `preparing ${job.model} ended early`,
  );
}
