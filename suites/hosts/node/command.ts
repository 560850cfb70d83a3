import { type ChildProcess, spawn } from 'node:child_process';

/** How a command ended, and the beginning and the end of what it printed. */
export type Ran = { readonly ok: boolean; readonly stdout: string; readonly stderr: string };

/** Bytes kept of the beginning and of the end of each stream, and those of both after which a command is ended. */
const KEPT = 2 ** 15;
const MAX_BYTES = 2 ** 24;

/** Milliseconds that a stream may stay open after its command has ended: a process that it left behind may hold it. */
const LINGER_MS = 1000;

const POSIX = process.platform !== 'win32';

/** Ends a command and, where it has a process group of its own, whatever it started in it. */
function end(child: ChildProcess): void {
  if (!POSIX || child.pid === undefined) return void child.kill('SIGKILL');
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is empty already.
  }
}

/** What a stream said: at most its first and last KEPT bytes. */
function keep() {
  let [head, tail, bytes] = [Buffer.alloc(0), Buffer.alloc(0), 0];
  return {
    add(chunk: Buffer): void {
      bytes += chunk.length;
      const room = KEPT - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      if (chunk.length > room) tail = Buffer.concat([tail, chunk.subarray(Math.max(0, room))]).subarray(-KEPT);
    },
    bytes: () => bytes,
    text: () => (bytes > 2 * KEPT ? `${head}\n…\n${tail}` : Buffer.concat([head, tail]).toString()),
  };
}

/** The signals that end this process: a group of its own would not get them from the terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `stop` once where this process ends, and otherwise leaves signals to whoever waits for them. */
function beforeTheEnd(stop: () => void): () => void {
  const on = (signal: NodeJS.Signals) => {
    stop();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.once('exit', stop);
  for (const signal of SIGNALS) process.once(signal, on);
  return () => {
    process.off('exit', stop);
    for (const signal of SIGNALS) process.off(signal, on);
  };
}

/**
 * Runs a command for at most `seconds`, with `env` laid over the own one. Never throws. Time and output are bounded,
 * whatever the command does: it and what it started are ended, and what they still print is not waited for.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  seconds: number,
  env: { readonly [name: string]: string },
): Promise<Ran> {
  const [out, err] = [keep(), keep()];
  return new Promise((resolve) => {
    const child: ChildProcess = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: POSIX,
      windowsHide: true,
    });
    let why: string | undefined;
    const give = (reason: string) => {
      why ??= reason;
      end(child);
    };
    const timer = setTimeout(() => give(`gave up after ${seconds} s`), seconds * 1000);
    const forget = beforeTheEnd(() => end(child));
    const listen = (kept: typeof out) => (chunk: Buffer) => {
      kept.add(chunk);
      if (out.bytes() + err.bytes() > MAX_BYTES) give(`gave up after ${MAX_BYTES} bytes of output`);
    };
    // Without streams where the system has no descriptors for them.
    child.stdout?.on('data', listen(out));
    child.stderr?.on('data', listen(err));
    const finish = (ok: boolean) => {
      clearTimeout(timer);
      clearTimeout(linger);
      forget();
      child.stdout?.destroy();
      child.stderr?.destroy();
      const stderr = [err.text(), why].filter(Boolean).join('\n');
      resolve({ ok: ok && why === undefined, stdout: out.text(), stderr });
    };
    let linger: NodeJS.Timeout | undefined;
    child.on('error', (error) => {
      why ??= error.message;
      finish(false);
    });
    child.on('exit', (code) => {
      linger = setTimeout(() => {
        end(child);
        finish(code === 0);
      }, LINGER_MS);
    });
    child.on('close', (code) => finish(code === 0));
  });
}
